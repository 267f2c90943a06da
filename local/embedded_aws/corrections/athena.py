"""Corrections of moto's Athena: calls it lacks."""

from typing import Any

from moto.athena.responses import AthenaResponse

from local.embedded_aws.corrections.anchor import ABSENT, Anchor

DELETE_NAMED_QUERY = Anchor(AthenaResponse, "delete_named_query", ABSENT)
UPDATE_WORK_GROUP = Anchor(AthenaResponse, "update_work_group", ABSENT)


def athena_deletes_named_queries() -> None:
    """Symptom: `terraform destroy` fails at the first named query: DeleteNamedQuery is not implemented."""

    def delete_named_query(response: AthenaResponse) -> str:
        response.athena_backend.named_queries.pop(response._get_param("NamedQueryId"), None)
        return "{}"

    DELETE_NAMED_QUERY.replace_by(delete_named_query)


def athena_updates_work_groups() -> None:
    """Symptom: `terraform apply` of a changed workgroup fails: UpdateWorkGroup is not implemented."""

    def update_work_group(response: AthenaResponse) -> Any:
        name = response._get_param("WorkGroup")
        group = response.athena_backend.work_groups.get(name)
        if group is None:
            return response.error(f"WorkGroup {name} is not found.", 400)
        group.description = response._get_param("Description", group.description)
        group.state = response._get_param("State", group.state)
        changes: dict[str, Any] = response._get_param("ConfigurationUpdates", {})
        result = changes.pop("ResultConfigurationUpdates", {})
        group.configuration = _changed(group.configuration, changes)
        group.configuration["ResultConfiguration"] = _changed(
            group.configuration.get("ResultConfiguration", {}), result
        )
        return "{}"

    UPDATE_WORK_GROUP.replace_by(update_work_group)


def _changed(before: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """`before` with `changes`; `RemoveX: true` takes X away."""
    removed = {name.removeprefix("Remove") for name, value in changes.items() if name.startswith("Remove") and value}
    kept = {name: value for name, value in before.items() if name not in removed}
    return kept | {name: value for name, value in changes.items() if not name.startswith("Remove")}
