"""How a database server behaves: TLS or nothing, slow statements written down, changes in the form DMS reads."""

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.db_parameter_group import DbParameterGroup, DbParameterGroupParameter

from config.database_size import DatabaseSize, Engine
from constructs import Construct

ALWAYS: dict[Engine, dict[str, str]] = {
    "mysql": {
        "require_secure_transport": "1",
        # To files, for only those go to CloudWatch.
        "log_output": "FILE",
        "slow_query_log": "1",
        "long_query_time": "1",
    },
    "postgres": {
        "rds.force_ssl": "1",
        "log_connections": "1",
        "log_disconnections": "1",
        "log_statement": "ddl",
        "log_min_duration_statement": "1000",
        # Without the values: they are somebody's data.
        "log_parameter_max_length": "0",
    },
}
# https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Source.MySQL.html
# https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Source.PostgreSQL.html
CHANGE_CAPTURE: dict[Engine, dict[str, str]] = {
    "mysql": {
        "binlog_format": "ROW",
        "binlog_row_image": "FULL",
        # DMS cannot read what is compressed.
        "binlog_transaction_compression": "0",
    },
    "postgres": {"rds.logical_replication": "1"},
}


def parameter_group(scope: Construct, *, name: str, size: DatabaseSize) -> DbParameterGroup:
    """The parameters of a server, in force from its first start; later changes wait for its next restart.

    MySQL throws its log of changes away as soon as RDS has saved it, and no parameter keeps it longer. Once, by hand:
    ``CALL mysql.rds_set_configuration('binlog retention hours', 72)``. 72 hours are what DMS may stand still.
    PostgreSQL keeps it for as long as a replication slot has not read it: a slot that nobody reads any more fills the
    storage.
    """
    wanted = ALWAYS[size.engine] | (CHANGE_CAPTURE[size.engine] if size.change_capture else {})
    return DbParameterGroup(
        scope,
        "Parameters",
        # A new family makes a new group, which must be there before the server leaves the old one.
        name=f"{name}-{size.family.replace('.', '-')}",
        family=size.family,
        description="TLS only, slow statements logged",
        # RDS answers "pending-reboot" for every value that is its own default, whatever one asked for.
        parameter=[
            DbParameterGroupParameter(name=parameter, value=value, apply_method="pending-reboot")
            for parameter, value in wanted.items()
        ],
        tags={"Name": name},
        lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
    )
