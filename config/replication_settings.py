"""How a DMS task behaves: every section of its settings, as DMS writes them back, so that a second plan is empty.

https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.CustomizingTasks.TaskSettings.html
"""

import json
from typing import Any

Section = dict[str, Any]

# All there are: those left out DMS would add.
LOGGED = (
    "ADDONS",
    "COMMON",
    "COMMUNICATION",
    "DATA_STRUCTURE",
    "FILE_FACTORY",
    "FILE_TRANSFER",
    "IO",
    "METADATA_MANAGER",
    "PERFORMANCE",
    "REST_SERVER",
    "SORTER",
    "SOURCE_CAPTURE",
    "SOURCE_UNLOAD",
    "TABLES_MANAGER",
    "TARGET_APPLY",
    "TARGET_LOAD",
    "TASK_MANAGER",
    "TRANSFORMATION",
    "VALIDATOR_EXT",
)


def replication_settings(*, validates: bool) -> str:
    """The settings as JSON. ``validates`` compares what arrived with the source, row by row."""
    return json.dumps(
        {
            "TargetMetadata": _target(),
            "FullLoadSettings": _full_load(),
            # Its fourth, FailTaskOnTTFailure, is taken and not told again: each plan would set it anew.
            "TTSettings": {"EnableTT": False, "TTS3Settings": None, "TTRecordSettings": None},
            "Logging": {
                "EnableLogging": True,
                # With it whole rows would stand in the log.
                "EnableLogContext": False,
                "LogComponents": [{"Id": each, "Severity": "LOGGER_SEVERITY_DEFAULT"} for each in LOGGED],
            },
            "ControlTablesSettings": _control_tables(),
            "StreamBufferSettings": {
                "StreamBufferCount": 3,
                "StreamBufferSizeInMB": 8,
                "CtrlStreamBufferSizeInMB": 5,
            },
            "ChangeProcessingTuning": _tuning(),
            "ChangeProcessingDdlHandlingPolicy": _when_the_source_changes_its_tables(),
            "ErrorBehavior": _on_errors(),
            "ValidationSettings": _validation(enabled=validates),
            "PostProcessingRules": None,
            "CharacterSetSettings": None,
            "LoopbackPreventionSettings": None,
            # For targets that are streams: the old key comes by a rule of the table mappings.
            "BeforeImageSettings": None,
            "FailTaskWhenCleanTaskResourceFailed": False,
        },
        sort_keys=True,
    )


def _target() -> Section:
    """Large objects up to 1 MB, as large as S3 takes them in Parquet; one that is longer ends the task, see below."""
    lobs = {
        "SupportLobs": True,
        "FullLobMode": False,
        "LobChunkSize": 0,
        "LimitedSizeLobMode": True,
        "LobMaxSize": 1_024,
        "InlineLobMaxSize": 0,
    }
    parallel = ("LoadThreads", "LoadBufferSize", "LoadQueuesPerThread", "ApplyThreads", "ApplyBufferSize")
    return {
        "TargetSchema": "",
        **lobs,
        "LoadMaxFileSize": 0,
        **{f"Parallel{each}": 0 for each in (*parallel, "ApplyQueuesPerThread")},
        "BatchApplyEnabled": False,
        "TaskRecoveryTableEnabled": False,
    }


def _full_load() -> Section:
    return {
        # Bronze is only added to. A table that is loaded again is cleared by whoever asks for it.
        "TargetTablePrepMode": "DO_NOTHING",
        "CreatePkAfterFullLoad": False,
        "StopTaskCachedChangesApplied": False,
        "StopTaskCachedChangesNotApplied": False,
        "MaxFullLoadSubTasks": 8,
        "TransactionConsistencyTimeout": 600,
        "CommitRate": 10_000,
    }


def _control_tables() -> Section:
    tables = ("StatusTable", "SuspendedTablesTable", "HistoryTable", "FullLoadExceptionTable")
    return {
        "ControlSchema": "",
        "HistoryTimeslotInMinutes": 5,
        **{f"{table}Enabled": False for table in tables},
    }


def _tuning() -> Section:
    return {
        "BatchApplyPreserveTransaction": True,
        "BatchApplyTimeoutMin": 1,
        "BatchApplyTimeoutMax": 30,
        "BatchApplyMemoryLimit": 500,
        "BatchSplitSize": 0,
        "MinTransactionSize": 1_000,
        "CommitTimeout": 1,
        "MemoryLimitTotal": 1_024,
        "MemoryKeepTime": 60,
        "StatementCacheSize": 50,
    }


def _when_the_source_changes_its_tables() -> Section:
    """Columns come and go with the source's; a table that was emptied or dropped there is not emptied here."""
    return {
        "HandleSourceTableDropped": False,
        "HandleSourceTableTruncated": False,
        "HandleSourceTableAltered": True,
    }


def _on_errors() -> Section:
    """The first row or table that cannot be taken over ends the task: whoever is told decides. Nothing is skipped."""
    stop = "STOP_TASK"
    return {
        "DataErrorPolicy": stop,
        "DataTruncationErrorPolicy": stop,
        "DataErrorEscalationPolicy": stop,
        "DataErrorEscalationCount": 0,
        "EventErrorPolicy": "IGNORE",
        "TableErrorPolicy": stop,
        "TableErrorEscalationPolicy": stop,
        "TableErrorEscalationCount": 0,
        # The source or the network is away: tried again for as long as it takes, 5 s to half an hour apart. An alarm
        # tells of it.
        "RecoverableErrorCount": -1,
        "RecoverableErrorInterval": 5,
        "RecoverableErrorThrottling": True,
        "RecoverableErrorThrottlingMax": 1_800,
        "RecoverableErrorStopRetryAfterThrottlingMax": False,
        "ApplyErrorDeletePolicy": stop,
        "ApplyErrorInsertPolicy": stop,
        "ApplyErrorUpdatePolicy": stop,
        "ApplyErrorEscalationPolicy": stop,
        "ApplyErrorEscalationCount": 0,
        # "Truncation DDL detected", and the task stands.
        "ApplyErrorFailOnTruncationDdl": True,
        "FullLoadIgnoreConflicts": True,
        "FailOnTransactionConsistencyBreached": False,
        # A name in the mappings that no table has is found at once.
        "FailOnNoTablesCaptured": True,
    }


def _validation(*, enabled: bool) -> Section:
    return {
        "EnableValidation": enabled,
        "ValidationMode": "ROW_LEVEL",
        "ThreadCount": 5,
        "PartitionSize": 10_000,
        "FailureMaxCount": 10_000,
        "TableFailureMaxCount": 1_000,
        "RecordFailureDelayInMinutes": 5,
        "RecordFailureDelayLimitInMinutes": 0,
        "RecordSuspendDelayInMinutes": 30,
        "MaxKeyColumnSize": 8_096,
        "HandleCollationDiff": False,
        "SkipLobColumns": False,
        "ValidationOnly": False,
        "ValidationPartialLobSize": 0,
        "ValidationQueryCdcDelaySeconds": 0,
    }
