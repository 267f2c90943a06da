import pytest

from gate.access.verbs import meanings
from gate.wildcards import fits, overlap


@pytest.mark.parametrize(
    ("action", "verbs"),
    [
        ("s3:GetObject", {"read"}),
        ("S3:getobject", {"read"}),
        ("s3:GetObjectVersionForReplication", {"read"}),
        ("s3:GetObjectTagging", {"look"}),
        ("s3:GetBucketLocation", {"list"}),
        ("s3:PutBucketPolicy", {"administer"}),
        ("s3:ReplicateDelete", {"delete"}),
        ("kms:ReEncrypt*", {"decrypt", "encrypt"}),
        ("kms:GenerateDataKeyWithoutPlaintext", {"encrypt"}),
        ("kms:CreateGrant", {"delegate"}),
        ("kms:ScheduleKeyDeletion", {"administer"}),
        ("secretsmanager:BatchGetSecretValue", {"read"}),
        ("athena:StartQueryExecution", {"query"}),
        ("iam:PassRole", {"pass"}),
        ("iam:CreateRole", {"administer"}),
        ("dynamodb:DeleteItem", {"delete"}),
        ("newservice:Frobnicate", {"use"}),
    ],
)
def test_an_action_in_words(action: str, verbs: set[str]) -> None:
    assert {verb for verb, _ in meanings(action)} == verbs


@pytest.mark.parametrize("action", ["*", "s3:*", "kms:*", "secretsmanager:*", "glue:*", "newservice:*"])
def test_all_of_a_service_is_to_administer_it_as_well(action: str) -> None:
    assert "administer" in {verb for verb, _ in meanings(action)}


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ("s3:Get*", "s3:*Object", True),
        ("s3:Get*", "s3:Put*", False),
        ("a?c", "ab*", True),
        ("a?c", "abd*", False),
        ("*", "", True),
        ("x", "", False),
    ],
)
def test_two_patterns_overlap_if_some_text_fits_both(one: str, other: str, both: bool) -> None:
    assert overlap(one, other) is both
    assert overlap(other, one) is both


def test_a_pattern_stands_for_whole_texts() -> None:
    assert fits("arn:aws:s3:::a-*/x?", "arn:aws:s3:::a-b/c/x1")
    assert not fits("a", "ab")
    assert not fits("a.c", "abc")
