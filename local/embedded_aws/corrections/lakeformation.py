"""Corrections of moto's Lake Formation: grants by tag, revoking, and tags of several columns."""

import json
from typing import Any

from moto.lakeformation.exceptions import InvalidInput
from moto.lakeformation.models import LakeFormationBackend, Permission
from moto.lakeformation.responses import LakeFormationResponse

from local.embedded_aws.corrections.anchor import Anchor

LIST_PERMISSIONS = Anchor(LakeFormationResponse, "list_permissions", "5a12a77793b5")
REVOKE_PERMISSIONS = Anchor(LakeFormationBackend, "revoke_permissions", "b02161175034")
ADD_TAGS = Anchor(LakeFormationBackend, "add_lf_tags_to_resource", "2e7322c36288")


def lakeformation_lists_grants_by_tag() -> None:
    """Symptom: `terraform apply` makes a grant by tag and cannot read it: Resource must have either the catalog ..."""
    list_others = LIST_PERMISSIONS.original

    def list_permissions(response: Any) -> Any:
        wanted = (response._get_param("Resource") or {}).get("LFTagPolicy")
        if wanted is None:
            return list_others(response)
        catalog_id = response._get_param("CatalogId") or response.current_account
        grants = response.lakeformation_backend.grants.get(catalog_id)
        found = [
            grant.to_external_form()
            for grant in (grants.permissions if grants else ())
            if grant.principal == response._get_param("Principal") and _same(grant.resource.get("LFTagPolicy"), wanted)
        ]
        return json.dumps({"PrincipalResourcePermissions": found})

    LIST_PERMISSIONS.replace_by(list_permissions)


def lakeformation_refuses_to_revoke_what_nobody_has() -> None:
    """Symptom: `terraform destroy` fails at every grant with "empty retryable error received".

    The provider revokes until it is told that there is nothing to revoke; and moto loses a grant made twice.
    """

    def revoke_permissions(
        backend: Any,
        catalog_id: str,
        principal: dict[str, str],
        resource: dict[str, Any],
        permissions_to_revoke: list[str],
        permissions_with_grant_options_to_revoke: list[str],
    ) -> None:
        grants = backend.grants.get(catalog_id)
        revoked = Permission(principal, resource, permissions_to_revoke, permissions_with_grant_options_to_revoke)
        held = [one for one in (grants.permissions if grants else ()) if one.equal_principal_and_resouce(revoked)]
        if not held:
            raise InvalidInput("No permissions revoked. Grantee has no permissions on the resource.")
        for one in held:
            one.diff(revoked)
        # Made anew: a grant's hash changes with what it holds.
        grants.permissions = {one for one in list(grants.permissions) if not one.is_empty()}

    REVOKE_PERMISSIONS.replace_by(revoke_permissions)


def lakeformation_gives_each_column_its_own_tags() -> None:
    """Symptom: removing the tag of several columns fails with "list.remove(x): x not in list".

    All columns of a call share one list, which the first of them empties.
    """
    add = ADD_TAGS.original

    def add_lf_tags_to_resource(
        backend: Any, catalog_id: str, resource: dict[str, Any], tags: list[dict[str, Any]]
    ) -> Any:
        table = resource.get("TableWithColumns")
        if table is None:
            return add(backend, catalog_id, resource, tags)
        failures: list[Any] = []
        for column in table["ColumnNames"]:
            own = [dict(tag) for tag in tags]
            failures = add(backend, catalog_id, {"TableWithColumns": table | {"ColumnNames": [column]}}, own)
        return failures

    ADD_TAGS.replace_by(add_lf_tags_to_resource)


def _same(policy: dict[str, Any] | None, other: dict[str, Any]) -> bool:
    return policy is not None and _plain(policy) == _plain(other)


def _plain(policy: dict[str, Any]) -> tuple[str, dict[str, set[str]]]:
    """What it says, in whatever order."""
    return policy["ResourceType"], {tag["TagKey"]: set(tag["TagValues"]) for tag in policy["Expression"]}
