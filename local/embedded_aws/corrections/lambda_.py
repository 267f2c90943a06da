"""Corrections of moto's Lambda: code that can be fetched, a configuration that is kept."""

from typing import Any

from flask import request
from moto.awslambda.models import LambdaFunction, LayerVersion
from moto.core.utils import iso_8601_datetime_with_nanoseconds

from local.embedded_aws.code_archive import archive_code
from local.embedded_aws.corrections.anchor import Anchor

GET_CODE = Anchor(LambdaFunction, "get_code", "06c9aab0ee2b")
GET_LAYER_VERSION = Anchor(LayerVersion, "get_layer_version", "9e903b58fd41")
CREATE = Anchor(LambdaFunction, "__init__", "70a285222b4a")
CONFIGURATION = Anchor(LambdaFunction, "get_configuration", "803fb04bffde")
UPDATE = Anchor(LambdaFunction, "update_configuration", "eca1cdec066f")
UPDATE_CODE = Anchor(LambdaFunction, "update_function_code", "64e3dbbbd694")

# What moto forgets on creation, and what it forgets on UpdateFunctionConfiguration: API name -> moto's attribute.
FORGOTTEN = ("LoggingConfig", "DeadLetterConfig")
NOT_UPDATED = {"KMSKeyArn": "kms_key_arn", "TracingConfig": "tracing_config"}


def lambda_code_can_be_downloaded() -> None:
    """Symptom: the Location that GetFunction and GetLayerVersion answer leads nowhere (amazonaws.com, `s3://`).

    Here it is a URL of this server, as AWS's is one of S3; the Lambda service fetches what it runs from there.
    """
    get_code, get_layer_version = GET_CODE.original, GET_LAYER_VERSION.original

    def get_code_with_location(function: LambdaFunction) -> dict[str, Any]:
        answer: dict[str, Any] = get_code(function)
        if answer.get("Code", {}).get("RepositoryType") == "S3":
            answer["Code"]["Location"] = _location(function.code_bytes)
        return answer

    def get_layer_version_with_location(layer: LayerVersion) -> dict[str, Any]:
        answer: dict[str, Any] = get_layer_version(layer)
        answer["Content"]["Location"] = _location(layer.code_bytes)
        return answer

    GET_CODE.replace_by(get_code_with_location)
    GET_LAYER_VERSION.replace_by(get_layer_version_with_location)


def lambda_keeps_its_whole_configuration() -> None:
    """Symptom: every plan wants to set logging_config again; changes of the key, tracing, architecture, .. are lost."""
    create, configuration = CREATE.original, CONFIGURATION.original
    update, update_code = UPDATE.original, UPDATE_CODE.original

    def create_and_keep(function: Any, account_id: str, spec: dict[str, Any], *others: Any, **named: Any) -> None:
        function.kept = {name: spec[name] for name in FORGOTTEN if spec.get(name)}
        create(function, account_id, spec, *others, **named)

    def whole_configuration(function: Any, *others: Any, **named: Any) -> dict[str, Any]:
        usual = {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{function.function_name}"}
        whole: dict[str, Any] = configuration(function, *others, **named) | function.kept
        whole["LoggingConfig"] = usual | function.kept.get("LoggingConfig", {})
        return whole

    def update_and_keep(function: Any, changes: dict[str, Any]) -> dict[str, Any]:
        function.kept = function.kept | {name: changes[name] for name in FORGOTTEN if name in changes}
        for name in NOT_UPDATED.keys() & changes.keys():
            setattr(function, NOT_UPDATED[name], changes[name])
        if "EphemeralStorage" in changes:
            function.ephemeral_storage = changes["EphemeralStorage"]["Size"]
        function.last_modified = iso_8601_datetime_with_nanoseconds()
        answer: dict[str, Any] = update(function, changes)
        return answer

    def update_code_and_architecture(function: LambdaFunction, changes: dict[str, Any]) -> dict[str, Any]:
        function.last_modified = iso_8601_datetime_with_nanoseconds()
        function.architectures = changes.get("Architectures") or function.architectures
        answer: dict[str, Any] = update_code(function, changes)
        return answer

    CREATE.replace_by(create_and_keep)
    CONFIGURATION.replace_by(whole_configuration)
    UPDATE.replace_by(update_and_keep)
    UPDATE_CODE.replace_by(update_code_and_architecture)


def _location(code: bytes) -> str:
    return request.host_url.rstrip("/") + archive_code(code)
