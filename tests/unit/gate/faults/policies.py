"""Faults of policies."""

from gate.finding import Rule
from gate.rules import policies
from tests.unit.gate.faults.planting import Fault, in_json, put, say
from tests.unit.gate.good.words import ARN, EVERYONE, condition, service, statement

S3_ALL = statement("s3:*", on=[ARN, f"{ARN}/*"], principals=EVERYONE) | {"effect": "Deny"}
NO_HTTP = S3_ALL | {"condition": [condition("Bool", "aws:SecureTransport", "false")]}
NO_OLD_TLS = S3_ALL | {"condition": [condition("NumericLessThan", "s3:TlsVersion", "1.2")]}
ENCODED = (
    '${jsonencode({"Version" = "2012-10-17", "Statement" = [{"Effect" = "Allow", "Action" = "s3:*", '
    '"Resource" = aws_s3_bucket.silver.arn}]})}'
)
FAULTS: list[tuple[Rule, Fault]] = [
    (policies.policy_is_readable, put("aws_iam_role_policy.read.policy", '${file("policy.json")}')),
    (policies.policy_names_actions, say("read", statement("*", on=[ARN]))),
    (policies.policy_names_actions, say("read", statement("s3:*", on=[ARN]))),
    (policies.policy_names_actions, say("read", {"not_actions": ["iam:*"], "resources": [ARN]})),
    (policies.policy_names_actions, in_json({"Effect": "Allow", "Action": ["s3:*"], "Resource": ARN})),
    (policies.policy_names_actions, put("aws_iam_role_policy.read.policy", ENCODED)),
    (policies.policy_names_actions, say("key", statement("kms:*", on=["*"], principals=service("x")))),
    (policies.policy_names_actions, say("door", statement("s3:*", on=["*"], principals=EVERYONE))),
    (policies.policy_names_resources, say("read", statement("s3:GetObject", on=["*"]))),
    (policies.policy_names_resources, say("read", statement("cloudwatch:PutMetricData", on=["*"]))),
    (policies.policy_names_resources, in_json({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"})),
    (policies.policy_passes_one_role, say("read", statement("iam:PassRole", on=["arn:aws:iam::1:role/*"]))),
    (policies.policy_passes_one_role, say("read", statement("iam:PassRole", on=["arn:aws:iam::1:role/etl"]))),
    (policies.policy_is_not_public, say("door", statement("s3:GetObject", on=["*"], principals=EVERYONE))),
    (policies.policy_is_not_public, say("silver", NO_HTTP, NO_OLD_TLS, NO_HTTP | {"effect": "Allow"})),
    (policies.service_acts_for_this_account, say("trust", statement("sts:AssumeRole", on=[], principals=service("x")))),
    (
        policies.service_acts_for_this_account,
        say("key", statement("kms:Decrypt", on=["*"], principals=service("logs.amazonaws.com"))),
    ),
    (
        policies.federation_names_its_subject,
        say(
            "pipeline",
            statement("sts:AssumeRole", on=[], principals=[{"type": "Federated", "identifiers": ["hub"]}]),
        ),
    ),
    (
        policies.access_is_not_by_the_handful,
        put("aws_iam_role_policy_attachment.x", {"policy_arn": "arn:aws:iam::aws:policy/AmazonS3FullAccess"}),
    ),
    (policies.nobody_has_standing_keys, put("aws_iam_user.x", {"name": "x"})),
    # A boundary grants nothing until somebody attaches it: then it is judged as what it is.
    (
        policies.policy_names_actions,
        put("aws_iam_role_policy_attachment.x", {"role": "etl", "policy_arn": "${aws_iam_policy.boundary.arn}"}),
    ),
    (
        policies.policy_names_resources,
        put("aws_iam_role.etl.managed_policy_arns", ["${aws_iam_policy.boundary.arn}"]),
    ),
    (
        policies.policy_passes_one_role,
        put("aws_iam_policy_attachment.x", {"roles": ["etl"], "policy_arn": "${aws_iam_policy.boundary.arn}"}),
    ),
    (
        policies.policy_names_actions,
        put("aws_iam_policy.spare", {"policy": "${data.aws_iam_policy_document.boundary.json}"}),
    ),
    (
        policies.policy_names_actions,
        put("aws_cloudwatch_log_resource_policy.x", {"policy_document": '{"Statement": [{"Action": "logs:*"}]}'}),
    ),
]
