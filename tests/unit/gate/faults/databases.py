"""Faults of database servers and warehouses."""

from gate.finding import Rule
from gate.rules import databases
from tests.unit.gate.faults.planting import Fault, drop, put

SHOP = "aws_db_instance.shop"
WAREHOUSE = "aws_redshift_cluster.warehouse"
NAMESPACE = "aws_redshiftserverless_namespace.warehouse"
WORKGROUP = "aws_redshiftserverless_workgroup.warehouse"
FAULTS: list[tuple[Rule, Fault]] = [
    (databases.database_takes_roles_for_logins, drop(f"{SHOP}.iam_database_authentication_enabled")),
    (databases.database_has_no_default_name, put(f"{SHOP}.username", "Admin")),
    (databases.database_has_no_default_name, put(f"{WAREHOUSE}.master_username", "awsuser")),
    (databases.database_has_no_default_name, put(f"{WAREHOUSE}.database_name", "dev")),
    (databases.database_has_no_default_name, drop(f"{NAMESPACE}.db_name")),
    (databases.database_has_no_default_name, drop(f"{NAMESPACE}.admin_username")),
    (databases.database_writes_its_logs, drop(f"{SHOP}.enabled_cloudwatch_logs_exports")),
    (databases.database_writes_its_logs, put(f"{SHOP}.enabled_cloudwatch_logs_exports", ["error", "slowquery"])),
    (databases.warehouse_is_audited, drop("aws_redshift_logging.warehouse")),
    (databases.warehouse_is_audited, drop("aws_redshift_parameter_group.warehouse.parameter.1")),
    (databases.warehouse_is_audited, put(f"{NAMESPACE}.log_exports", ["userlog", "connectionlog"])),
    (databases.warehouse_stays_in_the_network, put(f"{WAREHOUSE}.enhanced_vpc_routing", False)),
    (databases.warehouse_stays_in_the_network, drop(f"{WORKGROUP}.enhanced_vpc_routing")),
    (databases.warehouse_without_servers_refuses_plain_connections, drop(f"{WORKGROUP}.config_parameter")),
    (
        databases.warehouse_without_servers_refuses_plain_connections,
        put(f"{WORKGROUP}.config_parameter.0.parameter_value", "false"),
    ),
    (databases.parts_of_a_database_have_own_keys, drop(f"{SHOP}.master_user_secret_kms_key_id")),
    (databases.parts_of_a_database_have_own_keys, drop(f"{SHOP}.performance_insights_kms_key_id")),
    (databases.parts_of_a_database_have_own_keys, drop(f"{WAREHOUSE}.master_password_secret_kms_key_id")),
    (databases.parts_of_a_database_have_own_keys, drop(f"{NAMESPACE}.admin_password_secret_kms_key_id")),
]
