"""Faults of what runs."""

from gate.finding import Rule
from gate.rules import supply
from tests.unit.gate.faults.planting import Fault, drop, put

FAULTS: list[tuple[Rule, Fault]] = [
    (supply.package_is_pinned, drop("aws_lambda_function.etl.source_code_hash")),
    (supply.package_is_pinned, put("aws_lambda_layer_version.x", {"layer_name": "x"})),
    (supply.runtime_is_supported, put("aws_lambda_function.etl.runtime", "python3.8")),
    (supply.runtime_is_supported, put("aws_glue_job.x.glue_version", "2.0")),
]
