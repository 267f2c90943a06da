import pytest

from tests.support.governed_lake import governed
from tests.support.synthesis import Template


@pytest.fixture(scope="module")
def lake() -> Template:
    return governed()


def test_a_plan_that_finds_everything_given_to_everybody_again_goes_no_further(lake: Template) -> None:
    settings = lake.one("aws_lakeformation_data_lake_settings")
    (refusal,) = settings["lifecycle"]["postcondition"]
    for default in ("create_database_default_permissions", "create_table_default_permissions"):
        assert settings[default] == []
        assert f"length(self.{default}) == 0" in refusal["condition"]


def test_nobody_outside_the_account_is_trusted(lake: Template) -> None:
    settings = lake.one("aws_lakeformation_data_lake_settings")
    assert settings["trusted_resource_owners"] == []
    assert settings["external_data_filtering_allow_list"] == []


def test_whoever_deploys_governs_and_whoever_plans_looks_on(lake: Template) -> None:
    settings = lake.one("aws_lakeformation_data_lake_settings")
    assert settings["admins"] == ["arn:aws:iam::333333333333:role/ecommerce-prod-deploy"]
    assert settings["read_only_admins"] == ["arn:aws:iam::333333333333:role/ecommerce-prod-plan"]


def test_every_database_is_made_after_the_defaults_are_gone(lake: Template) -> None:
    (settings,) = lake.all("aws_lakeformation_data_lake_settings")
    databases = lake.all("aws_glue_catalog_database").values()
    assert len(databases) == 4
    for database in databases:
        assert f"aws_lakeformation_data_lake_settings.{settings}" in database["depends_on"]


def test_tags_and_locations_wait_until_whoever_deploys_may_make_them(lake: Template) -> None:
    (settings,) = lake.all("aws_lakeformation_data_lake_settings")
    for type_ in ("aws_lakeformation_lf_tag", "aws_lakeformation_resource"):
        for block in lake.all(type_).values():
            assert f"aws_lakeformation_data_lake_settings.{settings}" in block["depends_on"]


def test_only_zones_asked_by_sql_are_opened_and_to_read_only(lake: Template) -> None:
    opened = {block["arn"].split(".")[1].split("_")[0] for block in lake.all("aws_lakeformation_resource").values()}
    assert opened == {"Silver", "Gold", "Quarantine"}
    assert not any(block["hybrid_access_enabled"] for block in lake.all("aws_lakeformation_resource").values())
    (role,) = [name for name, role in lake.all("aws_iam_role").items() if role["name"] == "ecommerce-prod-lake"]
    policies = [p["policy"].split(".")[2] for p in lake.all("aws_iam_role_policy").values() if role in p["role"]]
    documents = lake.all("aws_iam_policy_document", "data")
    actions = {a for name in policies for statement in documents[name]["statement"] for a in statement["actions"]}
    assert actions == {"s3:ListBucket", "s3:GetObject", "kms:Decrypt"}


def test_athena_may_look_at_the_database_it_always_looks_at(lake: Template) -> None:
    grants = [block for block in lake.all("aws_lakeformation_permissions").values() if "database" in block]
    assert len(grants) == 3
    assert all(grant["permissions"] == ["DESCRIBE"] for grant in grants)
    assert lake.named("aws_glue_catalog_database", "default")["lifecycle"]["prevent_destroy"]
