"""Corrections of moto's Glue: rulesets of data quality, of which it knows none. They are kept, and never evaluated."""

from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.glue.exceptions import AlreadyExistsException, EntityNotFoundException
from moto.glue.responses import GlueResponse

from local.embedded_aws.corrections.anchor import ABSENT, Anchor

CREATE_RULESET = Anchor(GlueResponse, "create_data_quality_ruleset", ABSENT)
GET_RULESET = Anchor(GlueResponse, "get_data_quality_ruleset", ABSENT)
UPDATE_RULESET = Anchor(GlueResponse, "update_data_quality_ruleset", ABSENT)
DELETE_RULESET = Anchor(GlueResponse, "delete_data_quality_ruleset", ABSENT)
MEMBERS = ("Name", "Description", "Ruleset", "TargetTable")


def glue_keeps_data_quality_rulesets() -> None:
    """Symptom: `terraform apply` fails at the first table with rules: CreateDataQualityRuleset is not implemented."""

    def create_data_quality_ruleset(response: Any) -> ActionResult:
        backend, rulesets = response.glue_backend, _rulesets(response)
        told = {member: value for member in MEMBERS if (value := response._get_param(member)) is not None}
        if told["Name"] in rulesets:
            raise AlreadyExistsException("Data quality ruleset")
        if target := told.get("TargetTable"):
            backend.get_table(target["DatabaseName"], target["TableName"])
        rulesets[told["Name"]] = told | {"CreatedOn": utcnow(), "LastModifiedOn": utcnow()}
        arn = f"arn:aws:glue:{response.region}:{response.current_account}:dataQualityRuleset/{told['Name']}"
        backend.tag_resource(arn, response._get_param("Tags", {}))
        return ActionResult({"Name": told["Name"]})

    def get_data_quality_ruleset(response: Any) -> ActionResult:
        return ActionResult(_ruleset(response))

    def update_data_quality_ruleset(response: Any) -> ActionResult:
        ruleset = _ruleset(response)
        given = {member: response._get_param(member) for member in ("Description", "Ruleset")}
        ruleset |= {member: value for member, value in given.items() if value is not None}
        ruleset["LastModifiedOn"] = utcnow()
        return ActionResult({member: ruleset[member] for member in given if member in ruleset})

    def delete_data_quality_ruleset(response: Any) -> ActionResult:
        _rulesets(response).pop(_ruleset(response)["Name"])
        return ActionResult({})

    CREATE_RULESET.replace_by(create_data_quality_ruleset)
    GET_RULESET.replace_by(get_data_quality_ruleset)
    UPDATE_RULESET.replace_by(update_data_quality_ruleset)
    DELETE_RULESET.replace_by(delete_data_quality_ruleset)


def _rulesets(response: Any) -> dict[str, dict[str, Any]]:
    rulesets: dict[str, dict[str, Any]] = response.glue_backend.__dict__.setdefault("data_quality_rulesets", {})
    return rulesets


def _ruleset(response: Any) -> dict[str, Any]:
    name = response._get_param("Name")
    if name not in _rulesets(response):
        raise EntityNotFoundException(f"Data quality ruleset {name} not found.")
    return _rulesets(response)[name]
