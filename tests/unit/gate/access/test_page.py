from gate.access.page import as_dict, markdown
from tests.unit.gate.access.small import ETL, KEY, SILVER, allow, grant, judged, small

GRANTED = grant(
    small(), allow("s3:GetObject", "s3:GetObjectTagging", on=f"{SILVER}/orders/*"), allow("kms:Decrypt", on=KEY)
)


def test_the_document_says_by_holder_what_it_may_do() -> None:
    document = as_dict(judged(GRANTED))
    assert document["who"][ETL] == {
        "taken on by": ["service lambda.amazonaws.com"],
        "may": {"bucket aws_s3_bucket.silver": ["read: orders/*"], "key aws_kms_key.lake": ["decrypt"]},
    }


def test_a_role_without_rights_is_told_too() -> None:
    assert as_dict(judged(small()))["who"][ETL]["may"] == {}


def test_the_page_has_a_table_for_each_kind_of_thing() -> None:
    page = markdown(judged(GRANTED), title="Who", head="Why.")
    assert page.startswith("# Who\n\nWhy.\n\n## Roles\n")
    assert f"| `aws_s3_bucket.silver` | `{ETL}` | read: orders/* |" in page
    assert "| `aws_kms_key.lake` | `the account` | everything |" in page
    assert "## Tables" not in page
