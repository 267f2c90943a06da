import json

import pytest
from cdktf import TerraformStack

from config import environment
from stacks.discovery import DiscoveryLayer
from tests.support.governed_lake import PROD, govern
from tests.support.synthesis import Block, Template, synthesized


@pytest.fixture(scope="module")
def discovery() -> Template:
    def build(stack: TerraformStack) -> None:
        governance = govern(stack)
        bronze = next(child for child in stack.node.children if child.node.id == "Bronze")
        engineers = governance.roles["engineers"].role
        DiscoveryLayer(stack, "Discovery", env=PROD, bronze=bronze, lake=governance.lake, readers=[engineers])  # type: ignore[arg-type]

    return synthesized(build)


def granted(template: Template, role: str) -> list[Block]:
    """The statements of the policies of a role."""
    (key,) = [key for key, block in template.all("aws_iam_role").items() if block["name"] == role]
    documents = template.all("aws_iam_policy_document", "data")
    return [
        statement
        for policy in template.all("aws_iam_role_policy").values()
        if policy["role"].split(".")[1] == key
        for statement in documents[policy["policy"].split(".")[2]]["statement"]
    ]


def test_it_looks_below_its_prefix_every_night_with_one_table_for_each_folder(discovery: Template) -> None:
    crawler = discovery.one("aws_glue_crawler")
    assert crawler["s3_target"][0]["path"].endswith("/unregistered/")
    assert crawler["schedule"].startswith("cron(")
    assert json.loads(crawler["configuration"])["Grouping"]["TableLevelConfiguration"] == 3


def test_it_reads_its_prefix_and_writes_its_own_tables_and_no_more(discovery: Template) -> None:
    statements = granted(discovery, "ecommerce-prod-unregistered-crawler")
    objects = {arn for s in statements if "s3:GetObject" in s["actions"] for arn in s["resources"]}
    assert {arn.partition("}")[2] for arn in objects} == {"/unregistered/*"}
    (listing,) = [s for s in statements if "s3:ListBucket" in s["actions"]]
    assert listing["condition"][0]["values"] == ["unregistered/*"]
    tables = {arn for s in statements if "glue:CreateTable" in s["actions"] for arn in s["resources"]}
    assert all("aws_glue_catalog_database.Discovery" in arn or arn.endswith(":catalog") for arn in tables)
    actions = {action for s in statements for action in s["actions"]}
    assert not [action for action in actions if "Delete" in action or action.startswith("s3:Put")]


def test_lake_formation_lets_it_make_tables_in_its_own_database_only(discovery: Template) -> None:
    grants = discovery.all("aws_lakeformation_permissions").values()
    (own,) = [grant for grant in grants if "CREATE_TABLE" in grant["permissions"]]
    assert "Discovery_Unregistered_Crawler" in own["principal"]
    assert "Discovery_Unregistered_Database" in own["database"]["name"]


def test_its_log_is_encrypted_and_kept_as_long_as_others_under_the_name_glue_gives_it(discovery: Template) -> None:
    group = discovery.one("aws_cloudwatch_log_group")
    role, security = "ecommerce-prod-unregistered-crawler", discovery.one("aws_glue_security_configuration")["name"]
    assert group["name"] == f"/aws-glue/crawlers-role/{role}-{security}"
    assert group["retention_in_days"] == PROD.log_keep_days
    keys = [s for s in discovery.statements() if s["sid"] == "LogsMayUse"]
    (allowed,) = [value for s in keys for c in s["condition"] for value in c["values"]]
    assert group["name"].startswith(allowed.partition("log-group:")[2].removesuffix("*"))


def test_those_who_read_the_files_anyway_see_what_it_found(discovery: Template) -> None:
    (look,) = [g for g in discovery.all("aws_lakeformation_permissions").values() if "wildcard" in g.get("table", {})]
    assert look["permissions"] == ["DESCRIBE"]
    assert "Governance_Engineers" in look["principal"]


def test_its_database_is_kept_unless_the_catalogue_may_go(discovery: Template) -> None:
    name = "ecommerce_prod_unregistered"
    assert discovery.named("aws_glue_catalog_database", name)["lifecycle"] == {"prevent_destroy": True}
    assert environment("local").may_delete("catalogue")
