"""Corrections of moto's S3: bucket policies with conditions."""

from flask import request
from moto.iam.access_control import PermissionResult
from moto.s3.exceptions import S3AccessDeniedError, S3ClientError
from moto.s3.models import FakeBucket, S3Backend

from local.embedded_aws.corrections.anchor import Anchor
from local.embedded_aws.corrections.bucket_policy import check_policy, permission, request_values
from local.embedded_aws.corrections.policy_conditions import UnknownConditionError

GET_PERMISSION = Anchor(FakeBucket, "get_permission", "7571412a3495")
PUT_BUCKET_POLICY = Anchor(S3Backend, "put_bucket_policy", "cb66d163aa17")

# moto forms the action from the HTTP method; IAM knows neither of these two.
IAM_ACTION = {"s3:HeadObject": "s3:GetObject", "s3:PostObject": "s3:PutObject"}


def s3_evaluates_policy_conditions() -> None:
    """Symptom: a policy that denies requests without TLS denies every object call, with a 403 that has no body.

    moto applies a Deny whatever its Condition says. Here the Condition is evaluated, and what is denied answers
    AccessDenied. A policy that cannot be evaluated is refused when it is put.
    """
    put_bucket_policy = PUT_BUCKET_POLICY.original

    def get_permission(bucket: FakeBucket, action: str, resource: str) -> PermissionResult:
        if bucket.policy is None:
            return PermissionResult.NEUTRAL
        values = request_values(dict(request.headers), request.args)
        result = permission(bucket.policy, IAM_ACTION.get(action, action), resource, values)
        one_object = "delete" not in request.args  # DeleteObjects lists what was denied in its answer
        if result is PermissionResult.DENIED and one_object:
            raise S3AccessDeniedError
        return result

    def put_policy_that_can_be_evaluated(backend: S3Backend, bucket_name: str, policy: bytes) -> None:
        try:
            check_policy(policy)
        except UnknownConditionError as error:
            raise S3ClientError("MalformedPolicy", str(error)) from error
        put_bucket_policy(backend, bucket_name, policy)

    GET_PERMISSION.replace_by(get_permission)
    PUT_BUCKET_POLICY.replace_by(put_policy_that_can_be_evaluated)
