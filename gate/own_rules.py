"""Part one, ``rules``: what the stacks must say, in rules of our own for what no scanner sees."""

from pathlib import Path

from config import ENVIRONMENTS
from config.naming import stack_name
from gate.finding import findings
from gate.report import Report
from gate.rules import RULES
from gate.template import Template, load_template

PART = "rules"


def check(stacks: Path) -> Report:
    """Judges all environments' synthesized stacks below ``stacks``."""
    missing = missing_stacks(stacks)
    if missing:
        return Report(part=PART, figures={"rules": len(RULES)}, findings=[], broken=missing)
    judged = [(env, load_template(file)) for env, file in zip(ENVIRONMENTS, template_files(stacks), strict=True)]
    found = [f for env, template in judged for rule in RULES for f in findings(rule, template, env)]
    figures = {"rules": len(RULES), "stacks": len(judged), "resources": sum(size(template) for _, template in judged)}
    return Report(part=PART, figures=figures, findings=found)


def template_files(stacks: Path) -> list[Path]:
    """Where cdktf writes the stack of each environment."""
    return [stacks / stack_name(env) / "cdk.tf.json" for env in ENVIRONMENTS]


def missing_stacks(stacks: Path) -> str | None:
    """What to do when some stack is not there."""
    missing = [file.parent.name for file in template_files(stacks) if not file.is_file()]
    return f"not synthesized: {', '.join(missing)}; run: make synth" if missing else None


def size(template: Template) -> int:
    """Managed resources in a stack."""
    return sum(1 for _ in template.resources())
