"""Faults of roles: who takes them on, what holds them."""

from gate.finding import Rule
from gate.rules import roles
from tests.unit.gate.faults.planting import Document, Fault, drop, put, say
from tests.unit.gate.good.words import ACCOUNT, ROOT, SIGNED_IN, SUFFIX, condition, service, statement

RESERVED = f"arn:aws:iam::{ACCOUNT}:role/aws-reserved/sso.amazonaws.com"
OTHERS = [{"type": "AWS", "identifiers": ["arn:aws:iam::999999999999:root"]}]
BY_LAMBDA = statement("sts:AssumeRole", on=[], principals=service("lambda.amazonaws.com"))


def signed_in(*roles: str, test: str = "ArnLike") -> Document:
    who = [condition(test, "aws:PrincipalArn", *roles)]
    return statement("sts:AssumeRole", on=[], principals=ROOT, condition=who)


FAULTS: list[tuple[Rule, Fault]] = [
    (
        roles.trust_names_one_service,
        say("trust", statement("sts:AssumeRole", on=[], principals=[*service("a"), *service("b")])),
    ),
    (
        roles.trust_names_one_service,
        say("trust", BY_LAMBDA, statement("sts:AssumeRole", on=[], principals=service("b"))),
    ),
    (
        roles.trust_names_one_service,
        say("replication", BY_LAMBDA, statement("sts:AssumeRole", on=[], principals=service("dms.amazonaws.com"))),
    ),
    (roles.trust_names_one_service, say("trust", BY_LAMBDA, signed_in(SIGNED_IN))),
    (roles.trust_names_one_service, say("people", statement("sts:AssumeRole", on=[], principals=ROOT))),
    (roles.trust_names_one_service, say("people", signed_in(f"{RESERVED}/*"))),
    (roles.trust_names_one_service, say("people", signed_in(f"{RESERVED}/*/AWSReservedSSO_*"))),
    (roles.trust_names_one_service, say("people", signed_in(f"{RESERVED}/*/AWSReservedSSO_Analyst_*"))),
    (roles.trust_names_one_service, say("people", signed_in(f"{RESERVED}/*/AWSReservedSSO_*_{SUFFIX}"))),
    (roles.trust_names_one_service, say("people", signed_in(f"arn:aws:iam::{ACCOUNT}:role/*"))),
    (roles.trust_names_one_service, say("people", signed_in(SIGNED_IN.replace(ACCOUNT, "*")))),
    (roles.trust_names_one_service, say("people", signed_in(SIGNED_IN.replace(ACCOUNT, "999999999999")))),
    (roles.trust_names_one_service, say("people", signed_in(SIGNED_IN, f"arn:aws:iam::{ACCOUNT}:role/admin"))),
    (roles.trust_names_one_service, say("people", signed_in(SIGNED_IN, test="ArnLikeIfExists"))),
    (roles.trust_names_one_service, say("people", signed_in(SIGNED_IN, test="ArnNotLike"))),
    (roles.trust_names_one_service, say("people", signed_in(SIGNED_IN) | {"actions": ["sts:*"]})),
    (roles.trust_names_one_service, say("people", signed_in(SIGNED_IN) | {"principals": OTHERS})),
    (roles.trust_names_one_service, say("people", signed_in(SIGNED_IN) | {"principals": [*ROOT, *OTHERS]})),
    (
        roles.trust_names_one_service,
        say(
            "people", {k: v for k, v in signed_in(SIGNED_IN).items() if k != "principals"} | {"not_principals": OTHERS}
        ),
    ),
    (roles.role_stays_within_a_boundary, drop("aws_iam_role.etl.permissions_boundary")),
    (
        roles.role_stays_within_a_boundary,
        put("aws_iam_role.etl.permissions_boundary", "arn:aws:iam::aws:policy/AdministratorAccess"),
    ),
    (
        roles.boundary_grants_nothing,
        put("aws_iam_role_policy_attachment.x", {"role": "etl", "policy_arn": "${aws_iam_policy.boundary.arn}"}),
    ),
    (
        roles.boundary_grants_nothing,
        put("aws_iam_role.etl.managed_policy_arns", ["${aws_iam_policy.boundary.arn}"]),
    ),
    (roles.boundary_forbids_escalation, say("boundary", statement("*", on=["*"]))),
    (roles.boundary_forbids_escalation, say("boundary", statement("iam:Put*", on=["*"]))),
    (roles.boundary_forbids_escalation, say("boundary", {"not_actions": ["s3:*"], "resources": ["*"]})),
    (roles.role_has_one_purpose, put("aws_glue_job.x.role_arn", "${aws_iam_role.etl.arn}")),
]
