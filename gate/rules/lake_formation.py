"""Lake Formation: nothing is everybody's by default, and grants that are the same in every plan."""

import re
from collections.abc import Iterator

from config import Environment
from gate.finding import Fault
from gate.template import Resource, Template, listed

DEFAULTS = ("create_database_default_permissions", "create_table_default_permissions")
# Everybody with a policy, everybody of an account, or a whole account.
EVERYBODY = re.compile(r"IAM_ALLOWED_PRINCIPALS|.*IAMPrincipals|\d{12}|.*:root|\*|.*Everyone", re.IGNORECASE)


def catalogue_is_nobodys_by_default(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """AWS's default gives each new table to everybody with a policy.

    Left out, a field is emptied when the settings are made, and later means: whatever is set. So a postcondition must
    refuse a plan that finds something in it.
    """
    settings = template.all("aws_lakeformation_data_lake_settings")
    for setting in settings:
        checked = " ".join(str(block.get("condition")) for block in setting.blocks("lifecycle.postcondition"))
        for field in DEFAULTS:
            if setting.get(field):
                yield Fault(setting, f"{field} gives everybody everything", "leave it out")
            elif f"length(self.{field}) == 0" not in checked:
                yield Fault(setting, f"nobody would notice {field} set by others", "check it by a postcondition")
    governed = [*template.all("aws_lakeformation_permissions"), *template.all("aws_lakeformation_resource")]
    if governed and not settings:
        problem = "the account's settings for Lake Formation are not in this stack"
        yield Fault(governed[0], problem, "build a DataLake, which empties its default permissions")


def database_comes_after_the_settings(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """One made before them is everybody's for ever."""
    settings = template.all("aws_lakeformation_data_lake_settings")
    for database in template.all("aws_glue_catalog_database") if settings else []:
        if not any(setting.address in listed(database.get("depends_on")) for setting in settings):
            yield Fault(database, "it may be made before the settings, and be everybody's", "let it wait for them")
        if database.get("create_table_default_permission"):
            yield Fault(database, "it has default permissions of its own", "leave create_table_default_permission out")


def grant_names_somebody(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    for grant in _grants(template):
        if EVERYBODY.fullmatch(str(grant.get("principal"))):
            yield Fault(grant, f"it is for everybody: {grant.get('principal')}", "name the role")


def grant_is_not_passed_on(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    for grant in _grants(template):
        if grant.get("permissions_with_grant_option"):
            yield Fault(grant, "its holder may grant it to others", "leave permissions_with_grant_option out")


def grant_stays_as_it_is(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """AWS answers these forms with others, so that every plan would make them again."""
    for grant in _grants(template):
        permissions = listed(grant.get("permissions"))
        if {"ALL", "SUPER"} & set(permissions):
            yield Fault(grant, "AWS answers ALL with the list of what it is", "name the permissions")
        if grant.get("table") and "SELECT" in permissions:
            yield Fault(grant, "AWS answers SELECT on a table with its columns", "use a tag, or table_with_columns")


def location_knows_no_other_way(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """In hybrid mode a policy for the bucket and the catalogue goes past the grants."""
    for location in template.all("aws_lakeformation_resource"):
        if location.get("hybrid_access_enabled") is True:
            yield Fault(location, "whoever has a policy goes past the grants", "set hybrid_access_enabled to false")


def _grants(template: Template) -> list[Resource]:
    return template.all("aws_lakeformation_permissions")
