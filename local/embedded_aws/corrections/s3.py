"""Corrections of moto's S3: bucket policies with conditions, and uploads in parts."""

from typing import Any, cast

from flask import request
from moto.iam.access_control import PermissionResult
from moto.s3.exceptions import S3AccessDeniedError, S3ClientError
from moto.s3.models import FakeBucket, FakeKey, FakeMultipart, S3Backend

from local.embedded_aws.corrections.anchor import Anchor
from local.embedded_aws.corrections.bucket_policy import check_policy, permission, request_values
from local.embedded_aws.corrections.policy_conditions import UnknownConditionError

GET_PERMISSION = Anchor(FakeBucket, "get_permission", "7571412a3495")
PUT_BUCKET_POLICY = Anchor(S3Backend, "put_bucket_policy", "cb66d163aa17")
BEGIN_PARTS = Anchor(S3Backend, "create_multipart_upload", "20b9a24585cf")
COMPLETE_PARTS = Anchor(S3Backend, "complete_multipart_upload", "f16c9a08e5db")

# moto forms the action from the HTTP method; IAM knows neither of these two.
IAM_ACTION = {"s3:HeadObject": "s3:GetObject", "s3:PostObject": "s3:PutObject"}

BUCKET_KEY = "x-amz-server-side-encryption-bucket-key-enabled"


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


def s3_uploads_in_parts_keep_their_bucket_key() -> None:
    """Symptom: a second plan wants to change ``bucket_key_enabled`` of a large object, if it came before the settings.

    moto forgets what an upload in parts says of it; the object has what its bucket says at the end, and the object and
    the settings of its bucket are made at once.
    """
    begin, complete = BEGIN_PARTS.original, COMPLETE_PARTS.original

    def begin_with_bucket_key(backend: S3Backend, *args: Any, **kwargs: Any) -> FakeMultipart:
        upload: Any = begin(backend, *args, **kwargs)
        upload.bucket_key_enabled = request.headers.get(BUCKET_KEY)
        return cast(FakeMultipart, upload)

    def complete_with_bucket_key(backend: S3Backend, bucket_name: str, multipart_id: str, body: Any) -> FakeKey | None:
        upload: Any = backend.get_bucket(bucket_name).multiparts.get(multipart_id)
        key: FakeKey | None = complete(backend, bucket_name, multipart_id, body)
        if key is not None and upload.bucket_key_enabled is not None:
            key.bucket_key_enabled = upload.bucket_key_enabled
        return key

    BEGIN_PARTS.replace_by(begin_with_bucket_key)
    COMPLETE_PARTS.replace_by(complete_with_bucket_key)
