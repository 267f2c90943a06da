import pytest

from gate.encoded_json import decoded


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"Action": "s3:*"}', {"Action": "s3:*"}),
        ('${jsonencode({"Action" = ["a", "b"], "N" = 1, "T" = true})}', {"Action": ["a", "b"], "N": 1, "T": True}),
        ("${jsonencode({Resource = aws_s3_bucket.x.arn})}", {"Resource": "${aws_s3_bucket.x.arn}"}),
        ('${jsonencode({"R" = "${aws_s3_bucket.x.arn}/*"})}', {"R": "${aws_s3_bucket.x.arn}/*"}),
        ('${jsonencode([{"a" : null,}])}', [{"a": None}]),
    ],
)
def test_a_policy_in_a_string_is_read(text: str, value: object) -> None:
    assert decoded(text) == value


@pytest.mark.parametrize("text", ["", "x", "${jsonencode({)}", '${jsonencode({"a" = )}', '${jsonencode("a" "b")}'])
def test_what_cannot_be_read_is_an_error_and_not_empty(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        decoded(text)
