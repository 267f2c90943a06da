"""Do the Spark jobs and their infrastructure agree: scripts, arguments, tables, prefixes, figures, packages?"""

import ast
import json
import sys
import zipfile
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from config import ENVIRONMENTS
from config.batch_jobs import HOURLY, JOBS, RUN_ARGUMENTS, BatchJob, publisher_of
from config.naming import job_name, stack_name
from constructs import job_metrics
from constructs.job_package import CONTRACTS, SCRIPTS
from constructs.table_format import CATALOG
from constructs.work_area import work_area
from contracts import load_contracts
from contracts.captured_tables import captured_contracts
from tests.support.platform import templates

ROOT = SCRIPTS.parent
EVERY = {job.name: job for job in JOBS}
TABLES = load_contracts() | captured_contracts()
WITH_JOBS = [env for env in ENVIRONMENTS if env.batch]
# Glue's own are passed over by the scripts.
GLUES = {
    "job-language",
    "extra-py-files",
    "job-bookmark-option",
    "enable-auto-scaling",
    "enable-metrics",
    "enable-observability-metrics",
    "enable-continuous-cloudwatch-log",
    "enable-spark-ui",
    "spark-event-logs-path",
}


def constant(path: Path, name: str) -> Any:
    """A constant of a module, without importing it: Spark takes seconds."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and [target.id for target in node.targets if isinstance(target, ast.Name)] == [
            name
        ]:
            return ast.literal_eval(node.value)
    raise LookupError(f"{path}: no {name}")


def asked_for(job: BatchJob) -> set[str]:
    return set(constant(SCRIPTS / f"{job.name}.py", "ARGUMENTS"))


def said(job: BatchJob) -> set[str]:
    return {"table_format", *job.places, *job.settings}


def definitions(stack: str) -> dict[str, dict[str, Any]]:
    found = templates()[stack].all("aws_s3_object").values()
    documents = [json.loads(each["content"]) for each in found if str(each["key"]).startswith("jobs/")]
    return {document["name"]: document for document in documents}


def test_every_script_is_a_job_and_every_job_a_script() -> None:
    assert {path.stem for path in SCRIPTS.glob("*.py")} == set(EVERY)


@pytest.mark.parametrize("job", JOBS, ids=EVERY)
def test_a_script_asks_for_what_its_job_is_told_and_for_nothing_else(job: BatchJob) -> None:
    assert asked_for(job) == said(job)


def test_what_a_run_is_told_beside_that_are_its_dates() -> None:
    assert constant(SCRIPTS / "lib" / "common.py", "DATES") == RUN_ARGUMENTS


@pytest.mark.parametrize("env", WITH_JOBS, ids=lambda env: env.name)
def test_the_deployed_jobs_are_told_so_on_either_engine(env: Any) -> None:
    jobs = {job["name"]: job for job in templates()[stack_name(env)].all("aws_glue_job").values()}
    for name, definition in definitions(stack_name(env)).items():
        arguments = {argument.removeprefix("--") for argument in definition["arguments"]}
        assert arguments == said(EVERY[name])
        start = definition["start"]
        if definition["engine"] == "glue":
            told = jobs[job_name(env, name)]["default_arguments"]
            assert {argument.removeprefix("--") for argument in told} == said(EVERY[name]) | GLUES
        else:
            words = start["jobDriver"]["sparkSubmit"]["entryPointArguments"]
            assert dict(zip(words[::2], words[1::2], strict=True)) == definition["arguments"]


@pytest.mark.parametrize("env", WITH_JOBS, ids=lambda env: env.name)
def test_every_job_is_defined_wherever_there_is_something_for_it_to_do(env: Any) -> None:
    expected = {job.name for job in JOBS if env.captured_schemas or not job.follows_changes}
    assert set(definitions(stack_name(env))) == expected


@pytest.mark.parametrize("name", sorted(name for name, table in TABLES.items() if table.is_published))
def test_every_published_table_is_one_jobs_to_publish(name: str) -> None:
    zone = str(TABLES[name].zone)
    assert [job.name for job in JOBS if any(fnmatchcase(name, each) for each in job.publishes.get(zone, ()))] == [
        publisher_of(zone, name)
    ]


@pytest.mark.parametrize("job", JOBS, ids=EVERY)
def test_a_job_names_no_table_there_is_none_of(job: BatchJob) -> None:
    for named in (job.reads, job.publishes):
        for zone, patterns in named.items():
            there = {name for name, table in TABLES.items() if table.is_published and table.zone == zone}
            assert [pattern for pattern in patterns if not any(fnmatchcase(name, pattern) for name in there)] == []


def test_what_gold_is_made_of_is_what_its_job_may_read() -> None:
    tree = ast.parse((SCRIPTS / "lib" / "gold_tables.py").read_text(encoding="utf-8"))
    inputs = [
        ast.literal_eval(keyword.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "inputs"
    ]
    gold = {name for name, table in TABLES.items() if table.zone == "gold"}
    assert {name for names in inputs for name in names} - gold == set(EVERY["gold_etl"].reads["silver"])


def test_what_orders_and_customers_are_made_of_is_what_their_jobs_may_read() -> None:
    sources = SCRIPTS / "lib" / "order_sources.py"
    received = {*constant(sources, "STREAM"), *constant(sources, "ERP")}
    # What compaction made of an object says which record came first.
    manifests = constant(SCRIPTS / "lib" / "compacted.py", "FOLDER")
    assert {manifests, *(f"{name}/" for name in received)} == set(EVERY["order_etl"].files["silver"])
    received = set(constant(SCRIPTS / "lib" / "crm_records.py", "SOURCES"))
    assert {f"{name}/" for name in received} == set(EVERY["crm_etl"].files["silver"])


def test_where_jobs_write_beside_their_tables_is_where_they_may() -> None:
    lib = SCRIPTS / "lib"
    aside = {constant(lib / "unreadable.py", "FOLDER"), constant(lib / "conflict_rows.py", "PREFIX")}
    assert aside <= set(EVERY["order_etl"].writes["quarantine"])
    assert constant(lib / "compacted.py", "FOLDER") in EVERY["compact"].writes["silver"]
    hourly = {
        f"{name}/"
        for name, table in TABLES.items()
        if table.zone == "silver" and "hour" in {column.name for column in table.received_partitions}
    }
    assert hourly == set(HOURLY)


@pytest.mark.parametrize("job", [job for job in JOBS if job.publishes], ids=lambda job: job.name)
def test_a_job_deletes_nothing_that_a_version_of_a_table_names(job: BatchJob) -> None:
    """Rows lie at ``published/<table>/v=<run>/<partition>/``, and snapshots below ``_published``."""
    for zone in job.publishes:
        kept = ["published/orders/v=1/year=2011/part-0.parquet", "_published/orders/0000000001.json"]
        clears = work_area(job, zone, "parquet").clears
        assert [key for key in kept if any(fnmatchcase(key, pattern) for pattern in clears)] == []


def test_both_sides_call_figures_alike() -> None:
    metrics = SCRIPTS / "lib" / "metrics.py"
    names = ("NAMESPACE", "QUALITY_FAILED", "CONFLICTS", "CDC_STOPPED", "ROWS_PUBLISHED")
    assert [constant(metrics, name) for name in names] == [getattr(job_metrics, name) for name in names]
    assert f'"Name": "{job_metrics.DIMENSION}"' in metrics.read_text(encoding="utf-8")


def test_both_sides_call_the_catalog_of_iceberg_alike() -> None:
    assert CATALOG.rpartition(".")[2] == constant(SCRIPTS / "lib" / "iceberg_table.py", "CATALOG")


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zip as production's jobs get it, not unpacked: so Glue and EMR put it on the path."""
    templates()
    folder = tmp_path_factory.mktemp("package")
    archive = folder / "libraries.zip"
    archive.write_bytes((ROOT / "build" / "jobs" / "ecommerce-prod-jobs.zip").read_bytes())
    return archive


def test_the_package_has_every_module_that_a_script_imports(packed: Path) -> None:
    names = set(zipfile.ZipFile(packed).namelist())
    for path in [*SCRIPTS.glob("*.py"), *(SCRIPTS / "lib").glob("*.py"), ROOT / "lambda_src" / "shared" / "tokens.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            modules += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for module in modules:
                if module.split(".")[0] in ("lib", "shared"):
                    assert f"{module.replace('.', '/')}.py" in names, f"{path.name} imports {module}"


def test_out_of_the_zip_the_libraries_find_the_contract_of_every_table(
    packed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in [name for name in sys.modules if name.split(".")[0] in ("lib", "shared", CONTRACTS)]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.syspath_prepend(str(packed))
    from lib.table_contract import load_contract  # noqa: PLC0415  what is on the path now, and not what was before

    for name, table in TABLES.items():
        if table.is_published:
            assert load_contract(name).partition_names == tuple(column.name for column in table.published_partitions)
