"""Corrections of moto's EMR Serverless: releases of today, and what an application is told to be."""

import re
from typing import Any

from moto.emrserverless.exceptions import ValidationException
from moto.emrserverless.models import Application, EMRServerlessBackend
from moto.emrserverless.responses import EMRServerlessResponse

from local.embedded_aws.corrections.anchor import Anchor

NEW_APPLICATION = Anchor(EMRServerlessBackend, "create_application", "bff8e3c3f8d2")
CREATE_APPLICATION = Anchor(EMRServerlessResponse, "create_application", "0ba15473b6bc")
RELEASE = re.compile(r"emr-\d\.\d{1,2}\.\d(-\w+)?")


def emr_serverless_knows_releases_and_engines_of_today() -> None:
    """Symptom: `terraform apply` of an application fails with "Unsupported engine spark", or of its release."""

    def create_application(backend: EMRServerlessBackend, **told: Any) -> Application:
        engine, release = told.pop("application_type"), told["release_label"]
        if engine.upper() not in ("HIVE", "SPARK"):
            raise ValidationException(f"Unsupported engine {engine}")
        if not RELEASE.fullmatch(release):
            raise ValidationException(f"Release label {release} does not exist")
        made = Application(
            application_type=engine, account_id=backend.account_id, region_name=backend.region_name, **told
        )
        # Started, it could not be deleted, and nobody starts it.
        made.state = "CREATED"
        backend.applications[made.id] = made
        return made

    NEW_APPLICATION.replace_by(create_application)


def emr_serverless_applications_keep_their_processors() -> None:
    """Symptom: the second plan makes the application again, for its architecture is not told."""
    create = CREATE_APPLICATION.original

    def create_application(response: EMRServerlessResponse) -> Any:
        answer = create(response)
        made: Any = response.emrserverless_backend.applications[answer.result["applicationId"]]
        made.architecture = response._get_param("architecture", "X86_64")
        made.interactive_configuration = response._get_param("interactiveConfiguration")
        return answer

    CREATE_APPLICATION.replace_by(create_application)
