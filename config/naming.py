"""Physical names, all of them: nothing else in the project puts an environment's name into a string."""

from config.environment import Environment

PROJECT = "ecommerce"
MAX_BUCKET_NAME = 63


def stack_name(env: Environment) -> str:
    """``ecommerce-prod``."""
    return physical_name(env)


def state_stack_name(env: Environment) -> str:
    """The small stack that holds the environment's states: ``ecommerce-prod-state``."""
    return physical_name(env, "state")


def state_key(env: Environment, stack: str) -> str:
    """Object in the state bucket that holds the state of a stack."""
    return f"{env.name}/{stack}.tfstate"


def physical_name(env: Environment, *parts: str) -> str:
    """``ecommerce-prod-orders`` for a part ``orders``."""
    return "-".join((PROJECT, env.name, *parts))


def bucket_name(env: Environment, zone: str) -> str:
    """Bucket of a lake zone. The account number makes it unique: bucket names are shared by all of AWS."""
    name = physical_name(env, zone, env.account_id)
    if len(name) > MAX_BUCKET_NAME:
        raise ValueError(f"bucket name {name!r} is longer than {MAX_BUCKET_NAME}; shorten the zone or environment")
    return name


def replica_bucket_name(env: Environment, zone: str) -> str:
    """Bucket of the zone's copy in the second region; a name of its own, for bucket names know no regions."""
    return bucket_name(env, f"{zone}-replica")


def database_name(env: Environment, layer: str) -> str:
    """Glue database of a layer: ``ecommerce_prod_silver``. Athena wants no dashes."""
    return physical_name(env, layer).replace("-", "_")


def event_stream_name(env: Environment) -> str:
    """The stream every event goes through."""
    return physical_name(env, "events")


def event_archive_name(env: Environment) -> str:
    """The delivery stream that keeps every record as it came."""
    return physical_name(env, "event-archive")


def function_name(env: Environment, function: str) -> str:
    """Lambda function of the folder ``lambda_src/<function>``."""
    return physical_name(env, function.replace("_", "-"))


def job_name(env: Environment, job: str) -> str:
    """Spark job of the script ``glue_scripts/<job>.py``."""
    return physical_name(env, job.replace("_", "-"))
