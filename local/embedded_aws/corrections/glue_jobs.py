"""Corrections of moto's Glue: what a job and a connection are told to be, and that they can be told anew."""

from typing import Any

from botocore import xform_name
from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.glue.exceptions import EntityNotFoundException
from moto.glue.models import FakeConnection, FakeJob
from moto.glue.responses import GlueResponse

from local.embedded_aws.corrections.anchor import ABSENT, Anchor

CREATE_JOB = Anchor(GlueResponse, "create_job", "49d334d9dad0")
TELL_JOB = Anchor(FakeJob, "as_dict", "94ca48d217bb")
UPDATE_JOB = Anchor(GlueResponse, "update_job", ABSENT)
TELL_CONNECTION = Anchor(FakeConnection, "as_dict", "e18a16e8f84a")
UPDATE_CONNECTION = Anchor(GlueResponse, "update_connection", ABSENT)
DELETE_CONNECTION = Anchor(GlueResponse, "delete_connection", ABSENT)
# What moto forgets of a job, and what it knows and can be told anew.
FORGOTTEN = ("JobMode", "JobRunQueuingEnabled", "MaintenanceWindow")
MEMBERS = (
    "Command",
    "Connections",
    "DefaultArguments",
    "Description",
    "ExecutionClass",
    "ExecutionProperty",
    "GlueVersion",
    "MaxCapacity",
    "MaxRetries",
    "NonOverridableArguments",
    "NotificationProperty",
    "NumberOfWorkers",
    "Role",
    "SecurityConfiguration",
    "SourceControlDetails",
    "Timeout",
    "WorkerType",
)
FALLS_BACK_TO: dict[str, Any] = {"DefaultArguments": {}, "ExecutionClass": "STANDARD", "ExecutionProperty": {}}


def glue_jobs_keep_all_they_are_told() -> None:
    """Symptom: every plan wants to set a job's queueing and maintenance window again."""
    create, tell = CREATE_JOB.original, TELL_JOB.original

    def create_job(response: Any) -> Any:
        answer = create(response)
        job = response.glue_backend.jobs[response._get_param("Name")]
        job.told = {name: value for name in FORGOTTEN if (value := response._get_param(name)) is not None}
        return answer

    def as_dict(job: Any) -> dict[str, Any]:
        return dict(tell(job)) | getattr(job, "told", {})

    CREATE_JOB.replace_by(create_job)
    TELL_JOB.replace_by(as_dict)


def glue_jobs_can_be_changed() -> None:
    """Symptom: `terraform apply` of a changed job fails: UpdateJob is not implemented."""

    def update_job(response: Any) -> ActionResult:
        name, update = response._get_param("JobName"), response._get_param("JobUpdate", {})
        job = response.glue_backend.get_job(name)
        # AWS replaces the whole definition: what is left out falls back.
        for member in MEMBERS:
            setattr(job, xform_name(member), update.get(member, FALLS_BACK_TO.get(member)))
        job.told = {member: update[member] for member in FORGOTTEN if update.get(member) is not None}
        job.last_modified_on = utcnow()
        return ActionResult({"JobName": name})

    UPDATE_JOB.replace_by(update_job)


def glue_connections_tell_their_kind_and_can_be_changed() -> None:
    """Symptom: every plan wants to set a connection's type, and none can: UpdateConnection is not implemented."""
    tell = TELL_CONNECTION.original

    def as_dict(connection: Any, hide_password: bool = False) -> dict[str, Any]:
        kind = connection.connection_input.get("ConnectionType")
        return dict(tell(connection, hide_password)) | {"ConnectionType": kind}

    def update_connection(response: Any) -> ActionResult:
        backend, name = response.glue_backend, response._get_param("Name")
        if name not in backend.connections:
            raise EntityNotFoundException(f"Connection {name} not found")
        told = response._get_param("ConnectionInput")
        backend.connections[name] = FakeConnection(backend, response._get_param("CatalogId"), told, {})
        return ActionResult({})

    TELL_CONNECTION.replace_by(as_dict)
    UPDATE_CONNECTION.replace_by(update_connection)


def glue_connections_can_be_deleted() -> None:
    """Symptom: `terraform destroy` fails at the first connection: DeleteConnection is not implemented."""

    def delete_connection(response: Any) -> ActionResult:
        name = response._get_param("ConnectionName")
        if response.glue_backend.connections.pop(name, None) is None:
            raise EntityNotFoundException(f"Connection {name} not found")
        return ActionResult({})

    DELETE_CONNECTION.replace_by(delete_connection)
