"""Judges plans, each in a file named after its stack."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from config import Environment
from gate.plan import loss, openings, rights
from gate.plan.acknowledgement import FOLDER, load_acknowledgements, proposal
from gate.plan.change import Plan, load_plan
from gate.plan.risk import Judge, Refusal, refusals
from gate.report import Report
from gate.synthesized import environment_of

PART = "plan"
JUDGES: tuple[Judge, ...] = (
    loss.destroys_data,
    loss.moves_without_moved,
    loss.creates_everything_anew,
    loss.loses_encryption,
    loss.loses_companion,
    loss.opens_bucket,
    loss.lowers_guard,
    rights.widens_rights,
    rights.attaches_rights,
    openings.widens_openings,
)


def check(plans: Sequence[Path], *, today: date, acknowledged: Path = FOLDER) -> Report:
    """Judges each plan; without any it says so, because then nothing was looked at."""
    marks, wrong = load_acknowledgements(acknowledged, today=today)
    refused: list[Refusal] = []
    changes = 0
    try:
        for path in plans:
            plan, env = load_plan(path), environment_of(path.stem)
            changes += len(plan.changes)
            refused += judge(plan, env)
    except (OSError, ValueError) as error:
        return Report(part=PART, figures={"plans": len(plans)}, findings=[], broken=str(error))
    unaccepted = [refusal for refusal in refused if refusal.mark not in marks]
    notes = [f"acknowledged: {r.stack} {r.risk} {r.address} ({r.mark})" for r in refused if r.mark in marks]
    if not plans:
        notes.append("no plan was given: terraform show -json <plan> > build/gate/plans/<stack>.json")
    if unaccepted:
        file = proposal(unaccepted).replace("\n", "\n    ")
        notes.append(f"to let it through, write gate/acknowledged/<change>.yaml:\n    {file}")
    figures = {"plans": len(plans), "changes": changes, "acknowledged": len(refused) - len(unaccepted)}
    return Report(part=PART, figures=figures, findings=[r.as_finding() for r in unaccepted] + wrong, notes=notes)


def judge(plan: Plan, env: Environment) -> list[Refusal]:
    """All that is against a plan."""
    return [refusal for one in JUDGES for refusal in refusals(one, plan, env)]
