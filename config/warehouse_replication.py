"""What DMS does on its way into the warehouse: which tables under which names, and how it behaves."""

import json
from collections.abc import Sequence
from typing import Any

from config.replication_settings import replication_settings
from config.table_mappings import EVERY, CapturedSchema, Rule, add_rule
from config.warehouse_target import WarehouseTarget

# In KB. Redshift's longest text takes twice as much for bytes.
# https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Target.Redshift.html#CHAP_Target.Redshift.DataTypes
LARGEST_OBJECT_KB = 31


def warehouse_mappings(schemas: Sequence[CapturedSchema], target: WarehouseTarget) -> str:
    """The rules as JSON: rows as they are, in small letters throughout, and without what tells of a person.

    No column is added: DMS itself puts changes in order, and ends a row whose key changed.
    """
    rules: list[Rule] = []
    for schema in schemas:
        for table in schema.tables:
            add_rule(rules, "selection", schema.name, table, {"rule-action": "include"})
        new_name = {"rule-action": "rename", "rule-target": "schema", "value": target.schema(schema.name)}
        add_rule(rules, "transformation", schema.name, None, new_name)
        small = {"rule-action": "convert-lowercase"}
        add_rule(rules, "transformation", schema.name, EVERY, small | {"rule-target": "table"})
        add_rule(rules, "transformation", schema.name, EVERY, small, column=EVERY)
        # No token stands for them here: DMS can hash, but not under a key.
        for left_out in (*schema.dropped, *(column for column, _ in schema.personal)):
            table, _, name = left_out.partition(".")
            add_rule(rules, "transformation", schema.name, table, {"rule-action": "remove-column"}, column=name)
    return json.dumps({"rules": rules})


def warehouse_settings(target: WarehouseTarget) -> str:
    """The settings as JSON: those of the way into the lake, errors and emptied tables too, but for what is written."""
    settings: dict[str, Any] = json.loads(replication_settings(validates=False))
    settings["TargetMetadata"] |= {
        "BatchApplyEnabled": True,
        "LobMaxSize": LARGEST_OBJECT_KB,
        "ParallelApplyThreads": target.apply_threads,
        "ParallelApplyBufferSize": 100 if target.apply_threads else 0,
    }
    settings["ChangeProcessingTuning"] |= {
        "BatchApplyTimeoutMin": target.batch_seconds,
        "BatchApplyTimeoutMax": max(target.batch_seconds, 30),
    }
    # Whoever may read a table and looks at it keeps it: it is emptied, not made anew. Without that all rows would be
    # there twice after a second load, for Redshift holds no key against rows.
    settings["FullLoadSettings"]["TargetTablePrepMode"] = "TRUNCATE_BEFORE_LOAD"
    settings["ControlTablesSettings"]["ControlSchema"] = target.control_schema
    return json.dumps(settings, sort_keys=True)
