# Every command of the project. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: job backfill replay replay-quarantine redrive bootstrap lock unlock adopt rescue restore drift gate help setup demo test check synth deploy snapshots bench soak lint up down status docs clean
PYTHON ?= $(shell command -v python3.11 || command -v python3)
RUN := .venv/bin/python
ENV_SHELL := PATH="$(CURDIR)/.tools/bin:$(CURDIR)/node_modules/.bin:$$PATH" PIPENV_VENV_IN_PROJECT=1 PIPENV_VERBOSITY=-1 CHECKPOINT_DISABLE=1
PYTEST = $(ENV_SHELL) $(RUN) -m pytest
# A process for each core, and a file's tests in one of them: what it sets up, it sets up once.
FAST_TESTS = $(PYTEST) -m "not local" -n auto --dist loadfile
DATA ?=
OPTIONS ?=
HELPER = $(RUN) -m deploy $@ --env $(or $(ENV),$(error say which environment: make $@ ENV=dev)) $(if $(YES),--yes) $(if $(STACK),--stack-folder $(STACK))
REPLAY = $(RUN) -m replay $@ --env $(or $(ENV),$(error say which environment: make $@ ENV=dev)) $(if $(YES),--yes) $(if $(RATE),--rate $(RATE))
INTERVAL = --from $(or $(FROM),$(error say from when: FROM=2026-11-23T10:00)) --to $(or $(TO),$(error say until when: TO=2026-11-23T12:00))
DATES = $(if $(DATE),--date $(DATE)) $(if $(FROM),--from $(FROM)) $(if $(TO),--to $(TO))
ENDPOINT ?=
WITH_STATES := from config import ENVIRONMENTS as all; print(*(e.name for e in all if e.emulator_endpoint is None))
EVENTS ?= 20000
ROUNDS ?= 5
ECOMMERCE_DATA ?= $(CURDIR)/../shared/data
export ECOMMERCE_DATA

help: ## list the commands
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## install everything a fresh clone needs (pipenv, npm, Lambda layers); the other commands do it themselves
	@test -n "$(PYTHON)" || { echo "setup: Python 3.11 is not on PATH: install it from https://www.python.org"; exit 1; }
	@$(PYTHON) -m local.setup

demo: setup ## orders in, answers out, on this machine: [DATA=folder of daily CSVs] [EVENTS=n of the generated day] [FILES=folder with a folder per source] [CDC=1: a database's changes as well] [OPTIONS="--no-jobs --seed 2 --bad-share 0.1"]
	@$(if $(CDC),$(PYTHON) -m local.setup --database)
	@$(RUN) -m local.demo --events $(EVENTS) $(if $(DATA),--data "$(DATA)") $(if $(FILES),--files "$(FILES)") $(if $(CDC),--cdc) $(OPTIONS)

test: lint ## everything CI runs: format, lint, types and all tests, the local deployment with real data among them
	@$(PYTHON) -m local.setup --database --iceberg
	@$(FAST_TESTS)
	@$(PYTEST) tests/local

check: lint ## format, lint, types and the fast tests
	@$(PYTHON) -m local.setup --iceberg
	@$(FAST_TESTS)

lint: setup
	@$(RUN) -m ruff format --check .
	@$(RUN) -m ruff check .
	@$(RUN) -m mypy .

synth: setup ## write all four stacks as Terraform JSON to cdktf.out
	@$(ENV_SHELL) cdktf synth

# What is judged is what would be deployed, not what an emulator gets.
gate: export AWS_ENDPOINT_URL :=
gate: synth ## refuse what is unsafe: own rules, who may do what, scanners, plans: [ENDPOINT=emulated AWS whose IAM is read]
	@$(PYTHON) -m local.setup --gate
	@mkdir -p build/gate/state
	@for env in $$($(RUN) -c "$(WITH_STATES)"); do \
		env -u AWS_ENDPOINT_URL CDKTF_OUTDIR=build/gate/state $(RUN) -m stacks.state_bucket --env $$env --state s3 || exit 2; done
	@$(RUN) -m gate $(if $(ENDPOINT),--endpoint "$(ENDPOINT)")

deploy: setup ## deploy one environment to AWS: ENV=dev
	@test -n "$(ENV)" || { echo "deploy: say which environment: make deploy ENV=dev"; exit 2; }
	@$(ENV_SHELL) cdktf deploy ecommerce-$(ENV)

snapshots: setup ## accept what the stacks synthesize now as the reviewed snapshots
	@$(ENV_SHELL) $(RUN) -m pytest tests/snapshots --snapshot-update

bench: setup ## measure synthesis, the functions and the exact orders, each against the ordinary way: [ROUNDS=n]
	@$(RUN) -m bench --rounds $(ROUNDS)

soak: setup ## a day's million events through a platform of its own, accounts, memory and objects: [EVENTS=n]
	@$(ENV_SHELL) $(RUN) -m local.soak $(if $(filter-out file,$(origin EVENTS)),--events $(EVENTS))

docs: export AWS_ENDPOINT_URL :=
docs: synth ## write docs/DATA_DICTIONARY.md from the contracts and docs/ACCESS.md from production's stack
	@$(RUN) -m contracts.data_dictionary
	@$(RUN) -m gate.access

bootstrap: setup ## make the bucket that keeps an environment's states: ENV=dev [YES=1: do not ask]
	@$(HELPER)

lock: setup ## show who holds the lock of a state: ENV=dev
	@$(HELPER)

unlock: setup ## release a stale lock: ENV=dev [YES=1: although its holder may be alive]
	@$(HELPER)

adopt: setup ## take what a killed apply left behind into the state: ENV=dev [YES=1: apply, not only show]
	@$(HELPER)

rescue: setup ## store the errored.tfstate of an apply that could not: ENV=dev [FILE=path] [YES=1: push, not only show]
	@$(HELPER) $(if $(FILE),--file $(FILE))

restore: setup ## bring back the last readable version of a state: ENV=dev [YES=1: do it, not only show]
	@$(HELPER)

drift: setup ## tell what was changed by hand: ENV=dev; exit code 2 if anything was
	@$(HELPER)

replay: setup ## send an interval of the archive again: ENV=dev FROM=2026-11-23T10:00 TO=2026-11-23T12:00 [YES=1: send, not only show] [RATE=records a second]
	@$(REPLAY) $(INTERVAL)

replay-quarantine: setup ## after a fix, send what was set aside again: ENV=dev FROM=.. TO=.. [SOURCE=order_event] [REASON=bad_format] [YES=1]
	@$(REPLAY) $(INTERVAL) $(if $(SOURCE),--source $(SOURCE)) $(if $(REASON),--reason $(REASON))

redrive: setup ## send the batches a function gave up again: ENV=dev [YES=1]
	@$(REPLAY)

job: setup ## run a batch job on the platform that demo left up: NAME=order_etl [DATE=2011-03-01] [FROM=2011-03-01 TO=2011-03-31]
	@$(RUN) -m local.jobs run $(or $(NAME),$(error say which job: make job NAME=order_etl)) $(DATES)

backfill: setup ## compute event dates again, with what it costs beforehand: NAME=order_etl (or all) FROM=2011-03-01 TO=2011-03-31 (or DATE=2011-03-01) [ENV=local] [CHUNK=days per run] [AGAIN=label] [YES=1: run, not only show]
	@$(RUN) -m backfill $(or $(NAME),$(error say which job: make backfill NAME=order_etl)) --env $(or $(ENV),local) $(or $(strip $(DATES)),$(error say which days: DATE=2011-03-01 or FROM=2011-03-01 TO=2011-03-31)) $(if $(CHUNK),--chunk $(CHUNK)) $(if $(AGAIN),--again $(AGAIN)) $(if $(YES),--yes)

up: setup ## start the embedded AWS
	@$(RUN) -m local.embedded_aws up --work-dir build/local

down: ## end the embedded AWS and everything in it
	@$(RUN) -m local.demo --down

status: ## say whether the embedded AWS runs, and where
	@$(RUN) -m local.embedded_aws status --work-dir build/local

clean: ## remove what was built and deployed here, but not what was installed
	@if [ -x $(RUN) ]; then $(RUN) -m local.demo --down; fi
	rm -rf build cdktf.out
