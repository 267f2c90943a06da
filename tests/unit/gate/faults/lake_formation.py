"""Faults of Lake Formation."""

from gate.finding import Rule
from gate.rules import lake_formation
from tests.unit.gate.faults.planting import Fault, drop, put, together

SETTINGS = "aws_lakeformation_data_lake_settings.lake"
GRANT = "aws_lakeformation_permissions.read"
FAULTS: list[tuple[Rule, Fault]] = [
    (lake_formation.catalogue_is_nobodys_by_default, drop(f"{SETTINGS}.lifecycle")),
    (
        lake_formation.catalogue_is_nobodys_by_default,
        put(f"{SETTINGS}.create_table_default_permissions", [{"principal": "IAM_ALLOWED_PRINCIPALS"}]),
    ),
    (
        lake_formation.catalogue_is_nobodys_by_default,
        put(f"{SETTINGS}.lifecycle.postcondition.0.condition", "${length(self.create_table_default_permissions) == 0}"),
    ),
    (lake_formation.catalogue_is_nobodys_by_default, drop("aws_lakeformation_data_lake_settings")),
    (lake_formation.database_comes_after_the_settings, drop("aws_glue_catalog_database.silver.depends_on")),
    (
        lake_formation.database_comes_after_the_settings,
        put("aws_glue_catalog_database.silver.create_table_default_permission", [{"permissions": ["ALL"]}]),
    ),
    *(
        (lake_formation.grant_names_somebody, put(f"{GRANT}.principal", everybody))
        for everybody in ("IAM_ALLOWED_PRINCIPALS", "333333333333:IAMPrincipals", "333333333333", "*")
    ),
    (lake_formation.grant_is_not_passed_on, put(f"{GRANT}.permissions_with_grant_option", ["SELECT"])),
    (lake_formation.grant_stays_as_it_is, put(f"{GRANT}.permissions", ["ALL"])),
    (
        lake_formation.grant_stays_as_it_is,
        together(drop(f"{GRANT}.lf_tag_policy"), put(f"{GRANT}.table", {"database_name": "silver", "name": "orders"})),
    ),
    (
        lake_formation.location_knows_no_other_way,
        put("aws_lakeformation_resource.silver.hybrid_access_enabled", True),
    ),
]
