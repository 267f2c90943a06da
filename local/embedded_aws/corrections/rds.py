"""Corrections of moto's RDS: instances and parameters are read back as they were made."""

import json
import secrets
import string
from collections.abc import Iterable
from typing import Any

from moto.rds.models import DBInstance, DBParameterGroup, MasterUserSecret

from local.embedded_aws.corrections.anchor import ABSENT, Anchor

NEW_INSTANCE = Anchor(DBInstance, "__init__", "137b0e5d58ac")
INSIGHTS_ENABLED = Anchor(DBInstance, "performance_insights_enabled", ABSENT)
UPDATE_PARAMETERS = Anchor(DBParameterGroup, "update_parameters", "85e131762432")
SECRET_TEXT = Anchor(MasterUserSecret, "_generate_secret_string", "42a98a139b2a")

DEFAULT_AUTHORITY = "rds-ca-rsa2048-g1"
INSIGHTS = ("enable_performance_insights", "performance_insights_kms_key_id", "performance_insights_retention_period")


def rds_instances_have_resource_ids_of_their_own() -> None:
    """Symptom: with a second instance, "couldn't find resource (21 retries)" after minutes.

    The provider looks for an instance by its resource id, and moto gives the same one to all.
    """
    create = NEW_INSTANCE.original

    def create_with_id(instance: Any, *arguments: Any, **named: Any) -> None:
        create(instance, *arguments, **named)
        letters = string.ascii_uppercase + string.digits
        instance.dbi_resource_id = "db-" + "".join(secrets.choice(letters) for _ in range(26))

    NEW_INSTANCE.replace_by(create_with_id)


def rds_instances_have_the_certificate_authority_of_today() -> None:
    """Symptom: a database takes 80 s longer: the provider changes its authority once it is there, and waits again.

    moto gives each database an authority that does not exist.
    """
    create = NEW_INSTANCE.original

    def create_with_authority(instance: Any, *arguments: Any, **named: Any) -> None:
        create(instance, *arguments, **({"ca_certificate_identifier": DEFAULT_AUTHORITY} | named))

    NEW_INSTANCE.replace_by(create_with_authority)


def rds_instances_keep_their_performance_insights() -> None:
    """Symptom: every plan wants to switch Performance Insights on; moto drops the three arguments."""
    create = NEW_INSTANCE.original

    def create_and_keep(instance: Any, *arguments: Any, **named: Any) -> None:
        create(instance, *arguments, **named)
        for name in INSIGHTS:
            setattr(instance, name, named.get(name))

    NEW_INSTANCE.replace_by(create_and_keep)
    # Asked for by one name, answered by another.
    INSIGHTS_ENABLED.replace_by(property(lambda instance: bool(instance.enable_performance_insights)))


def rds_parameters_say_who_set_them() -> None:
    """Symptom: every plan wants to set all parameters of a group; the provider overlooks those without a source."""
    update = UPDATE_PARAMETERS.original

    def update_as_user(group: DBParameterGroup, new_parameters: Iterable[dict[str, Any]]) -> None:
        update(group, [parameter | {"Source": "user"} for parameter in new_parameters])

    UPDATE_PARAMETERS.replace_by(update_as_user)


def rds_secrets_name_the_owner_of_the_database() -> None:
    """Symptom: the managed secret of every database holds the user admin and one password, the same for all."""

    def secret_text(secret: Any) -> str:
        return json.dumps({"username": secret.resource.master_username, "password": secrets.token_urlsafe(24)})

    SECRET_TEXT.replace_by(secret_text)
