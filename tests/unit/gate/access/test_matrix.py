"""Does the matrix say what AWS would let happen?"""

import pytest

from config.environments import PROD
from tests.unit.gate.access.small import (
    ETL,
    KEY,
    ROOT,
    SILVER,
    add,
    allow,
    deny,
    gaps,
    grant,
    judged,
    may,
    policy,
    small,
)

BUCKET = "bucket aws_s3_bucket.silver"
GOLD = "bucket aws_s3_bucket.gold"
READ = allow("s3:GetObject", on=f"{SILVER}/*")
DECRYPT = allow("kms:Decrypt", on=KEY)
KEY_RIGHT = ("key aws_kms_key.lake", "decrypt", "")
BY_NAME = f"arn:aws:iam::{PROD.account_id}:role"


def test_a_role_without_policies_may_do_nothing() -> None:
    assert may(small()) == set()


def test_reading_takes_the_object_and_its_key() -> None:
    assert may(grant(small(), READ, DECRYPT)) == {(BUCKET, "read", ""), KEY_RIGHT}


def test_data_without_its_key_is_no_right_but_a_gap() -> None:
    document = grant(small(), READ)
    assert may(document) == set()
    assert gaps(document) == {"data_without_key"}


def test_a_key_without_data_is_a_gap() -> None:
    assert gaps(grant(small(), DECRYPT)) == {"key_without_data"}


@pytest.mark.parametrize(("service", "found"), [("lambda", set()), ("logs", {"key_without_data"})])
def test_what_a_roles_own_service_may_do_with_a_key_the_role_may(service: str, found: set[str]) -> None:
    document = grant(small(), DECRYPT)
    lets_in = [
        allow("kms:*", on="*", Principal={"AWS": ROOT}),
        allow("kms:Decrypt", on="*", Principal={"Service": f"{service}.amazonaws.com"}),
    ]
    document["resource"]["aws_kms_key"]["lake"]["policy"] = policy(*lets_in)
    assert gaps(document) == found


def test_a_function_may_decrypt_its_own_settings() -> None:
    document = add(
        grant(small(), DECRYPT), "aws_lambda_function", "f", {"role": "${aws_iam_role.etl.arn}", "kms_key_arn": KEY}
    )
    assert gaps(document) == set()


@pytest.mark.parametrize(
    ("action", "verb", "what"),
    [
        ("kinesis:GetRecords", "read", ("${aws_kinesis_stream.orders.arn}", "stream aws_kinesis_stream.orders")),
        (
            "secretsmanager:GetSecretValue",
            "read",
            ("${aws_secretsmanager_secret.masking.arn}", "secret aws_secretsmanager_secret.masking"),
        ),
    ],
)
def test_streams_and_secrets_take_their_key_too(action: str, verb: str, what: tuple[str, str]) -> None:
    arn, name = what
    assert may(grant(small(), allow(action, on=arn))) == set()
    assert (name, verb, "") in may(grant(small(), allow(action, on=arn), DECRYPT))


def test_a_prefix_is_told_and_a_bucket_itself_holds_no_objects() -> None:
    key = allow("kms:GenerateDataKey", on=KEY)
    document = grant(small(), allow("s3:PutObject", on=[f"{SILVER}/orders/*", SILVER]), key)
    assert (BUCKET, "write", "orders/*") in may(document)
    assert (BUCKET, "write", "") not in may(document)


@pytest.mark.parametrize("resource", ["*", "arn:aws:s3:::shop-*", "arn:aws:s3:::shop-*/*", "arn:aws:s3:::*/*"])
def test_a_wildcard_covers_every_bucket_that_fits(resource: str) -> None:
    found = may(grant(small(), allow("s3:DeleteObject", on=resource)))
    assert {(BUCKET, "delete", ""), (GOLD, "delete", "")} <= found


def test_a_name_that_only_begins_alike_is_another_bucket() -> None:
    document = add(small(), "aws_s3_bucket", "other", {"bucket": "shop-silver-old"})
    found = may(grant(document, allow("s3:DeleteObject", on="arn:aws:s3:::shop-silver/*")))
    assert found == {(BUCKET, "delete", "")}


def test_a_wildcard_action_is_everything_it_can_mean() -> None:
    verbs = {verb for what, verb, _ in may(grant(small(), allow("s3:*", on=[SILVER, f"{SILVER}/*"]))) if what == BUCKET}
    # Reading and writing take the key.
    assert verbs == {"list", "delete", "administer"}


@pytest.mark.parametrize("statement", [READ, allow("s3:Get*", on=f"{SILVER}/*"), allow("*", on="*")])
def test_what_is_denied_is_not_there(statement: dict[str, object]) -> None:
    refused = deny("s3:GetObject*", on=f"{SILVER}/*")
    assert (BUCKET, "read", "") in may(grant(small(), statement, DECRYPT))
    assert (BUCKET, "read", "") not in may(grant(small(), statement, DECRYPT, refused))


@pytest.mark.parametrize(
    ("principal", "condition", "left"),
    [
        ("*", None, False),
        ({"AWS": f"{BY_NAME}/etl"}, None, False),
        ({"AWS": f"{BY_NAME}/other"}, None, True),
        ("*", {"Bool": {"aws:SecureTransport": "false"}}, True),
        ("*", {"ArnNotEquals": {"aws:PrincipalArn": f"{BY_NAME}/admin"}}, False),
        ("*", {"ArnNotLike": {"aws:PrincipalArn": f"{BY_NAME}/e*"}}, True),
    ],
    ids=["all", "it", "another", "plain HTTP", "all but another", "all but it"],
)
def test_a_buckets_policy_takes_rights_away(principal: object, condition: object, left: bool) -> None:
    statement = deny("s3:*", on=f"{SILVER}/*", Principal=principal) | ({"Condition": condition} if condition else {})
    body = {"bucket": "${aws_s3_bucket.silver.id}", "policy": policy(statement)}
    document = add(grant(small(), READ, DECRYPT), "aws_s3_bucket_policy", "silver", body)
    assert ((BUCKET, "read", "") in may(document)) is left
    assert judged(document).refusals


def test_a_service_that_a_policy_lets_in_is_a_holder() -> None:
    into = allow("s3:PutObject", on=f"{SILVER}/access/*", Principal={"Service": "logging.s3.amazonaws.com"})
    body = {"bucket": "${aws_s3_bucket.silver.id}", "policy": policy(into)}
    document = add(small(), "aws_s3_bucket_policy", "silver", body)
    assert gaps(document) == {"data_without_key"}
    del document["resource"]["aws_s3_bucket_server_side_encryption_configuration"]
    assert may(document, "service logging.s3.amazonaws.com") == {(BUCKET, "write", "access/*")}


@pytest.mark.parametrize(
    ("context", "opens"),
    [("arn:aws:s3:::shop-silver", True), ("arn:aws:s3:::shop-gold", False), ("arn:aws:s3:::shop-silver/*", False)],
)
def test_a_key_for_the_objects_of_one_bucket_opens_that_one(context: str, opens: bool) -> None:
    condition = {"StringLike": {"kms:EncryptionContext:aws:s3:arn": context}}
    document = grant(small(), READ, DECRYPT | {"Condition": condition})
    assert ((BUCKET, "read", "") in may(document)) is opens


def test_a_key_through_another_service_opens_no_bucket() -> None:
    condition = {"StringEquals": {"kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com"}}
    assert gaps(grant(small(), READ, DECRYPT | {"Condition": condition})) == {"data_without_key"}


def test_a_key_that_does_not_leave_it_to_the_account_is_opened_by_no_role() -> None:
    document = grant(small(), READ, DECRYPT)
    document["resource"]["aws_kms_key"]["lake"]["policy"] = policy()
    assert may(document) == set()
    assert "data_without_key" in gaps(document)


def test_only_the_account_administers_a_key() -> None:
    assert ("key aws_kms_key.lake", "administer", "") in may(small(), "the account")


def test_attached_and_inline_policies_count_as_much() -> None:
    arn = "${aws_iam_policy.read.arn}"
    attached = add(small(), "aws_iam_policy", "read", {"policy": policy(READ, DECRYPT)})
    add(attached, "aws_iam_role_policy_attachment", "x", {"role": "${aws_iam_role.etl.name}", "policy_arn": arn})
    managed = add(small(), "aws_iam_policy", "read", {"policy": policy(READ, DECRYPT)})
    managed["resource"]["aws_iam_role"]["etl"]["managed_policy_arns"] = [arn]
    inline = small()
    inline["resource"]["aws_iam_role"]["etl"]["inline_policy"] = [{"policy": policy(READ)}, {"policy": policy(DECRYPT)}]
    for document in (attached, managed, inline):
        assert (BUCKET, "read", "") in may(document)


def test_a_policy_of_awss_is_told_by_its_name() -> None:
    document = small()
    document["resource"]["aws_iam_role"]["etl"]["managed_policy_arns"] = ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
    assert may(document) == {("policy arn:aws:iam::aws:policy/ReadOnlyAccess", "has", "")}


def test_who_may_take_on_a_role_is_told() -> None:
    assert judged(small()).takers == {ETL: ["service lambda.amazonaws.com"]}


BOUNDARY = "${aws_iam_policy.boundary.arn}"


def bounded(*statements: dict[str, object]) -> dict[str, object]:
    document = add(small(), "aws_iam_policy", "boundary", {"policy": policy(*statements)})
    document["resource"]["aws_iam_role"]["etl"]["permissions_boundary"] = BOUNDARY
    return document


def test_a_boundary_grants_nothing() -> None:
    assert may(bounded(allow("s3:*", "kms:*", on="*"))) == set()


def test_a_grant_that_the_boundary_does_not_have_is_a_gap() -> None:
    wide, narrow = allow("s3:Get*", "kms:Decrypt", on="*"), allow("s3:Get*", on="*")
    assert gaps(grant(bounded(wide), READ, DECRYPT)) == set()
    assert gaps(grant(bounded(narrow), READ, DECRYPT)) == {"right_beyond_boundary"}
    elsewhere = [allow("s3:Get*", on="arn:aws:s3:::other-*"), allow("kms:Decrypt", on="*")]
    assert gaps(grant(bounded(*elsewhere), READ, DECRYPT)) == {"right_beyond_boundary"}


def test_an_action_without_a_resource_takes_a_boundary_for_everything() -> None:
    trace = allow("xray:PutTraceSegments", on="*")
    assert gaps(grant(bounded(allow("xray:Put*", on="*")), trace)) == set()
    assert gaps(grant(bounded(allow("xray:Put*", on="arn:aws:xray:*:1:*")), trace)) == {"right_beyond_boundary"}
