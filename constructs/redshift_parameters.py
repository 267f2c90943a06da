"""How a Redshift cluster behaves: TLS or nothing, every statement written down, no query for ever."""

import json

from cdktf_cdktf_provider_aws.redshift_parameter_group import RedshiftParameterGroup, RedshiftParameterGroupParameter

from config.warehouse_size import WarehouseNodes
from constructs import Construct

FAMILY = "redshift-1.0"


def parameter_group(scope: Construct, *, name: str, size: WarehouseNodes) -> RedshiftParameterGroup:
    """In force from the cluster's first start; later changes of the first two wait for its next restart.

    Without ``use_fips_ssl``: it serves US government workloads, and many clients cannot connect then.
    """
    parameters = {
        "require_ssl": "true",
        # Without it the audit log holds connections and users, but no statement.
        "enable_user_activity_logging": "true",
        "wlm_json_configuration": _queues(size),
    }
    return RedshiftParameterGroup(
        scope,
        "Parameters",
        name=name,
        family=FAMILY,
        description="TLS only, statements logged, queues by AWS",
        parameter=[RedshiftParameterGroupParameter(name=key, value=value) for key, value in parameters.items()],
        tags={"Name": name},
    )


def _queues(size: WarehouseNodes) -> str:
    """AWS shares memory out among the queries, short ones first.

    In small letters throughout: the provider reads values back as such.
    """
    too_long = {"metric_name": "query_execution_time", "operator": ">", "value": size.longest_query_seconds}
    everybody = {
        "auto_wlm": True,
        "queue_type": "auto",
        "user_group": [],
        "query_group": [],
        "concurrency_scaling": "auto" if size.scaling_minutes_per_day else "off",
        "rules": [{"rule_name": "too_long", "predicate": [too_long], "action": "abort"}],
    }
    return json.dumps([everybody, {"short_query_queue": True}])
