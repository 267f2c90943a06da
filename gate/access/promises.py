"""What nobody may ever do, whatever is granted: the list to read, and to change only on purpose.

Things and holders are named as in docs/ACCESS.md; ``*`` stands for any text.
"""

from dataclasses import dataclass

from contracts import Sensitivity

LAKE = ("bucket Storage/Bronze", "bucket Storage/Silver", "bucket Storage/Gold", "bucket Storage/Quarantine")
RAW = ("bucket Storage/Bronze", "bucket Ingestion/Failures", "bucket Storage/Quarantine")
COPIES = ("bucket Storage/Replica/*",)
LOGS = ("bucket *Logs",)
READERS = ("Governance/Analysts", "Governance/Dashboards")
PEOPLE = (*READERS, "Governance/Engineers")
STRANGERS = ("everybody", "outside arn:*", "outside IAM_ALLOWED_PRINCIPALS")
# What Spark writes while it works, and then renames or clears away; and what it did, for its history server.
SCRATCH = ("published/*/_temporary/*", "published/*$folder$", "_staging/*")
VERSIONS = ("published/*", "_published/*")
# What functions write in many small files, which one large file takes the place of.
COMPACTED = ("orders/*", "order_items/*", "clickstream/*", "web_requests/*")
EVENTS = "spark-ui/*"
CHANGES = ("write", "delete", "administer", "delegate", "anything")


@dataclass(frozen=True, kw_only=True)
class Never:
    """None of ``who``, save ``but``, does any of ``may`` to any of ``on``, save ``outside``.

    ``spared`` is as ``outside``, for what a configuration can have and no environment needs to.
    ``parts_spared``: rights to such parts of a thing alone are not meant.
    ``of``: only columns this sensitive are meant; what no contract describes is as sensitive as can be.
    """

    name: str
    may: tuple[str, ...]
    on: tuple[str, ...]
    who: tuple[str, ...] = ("*",)
    but: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    spared: tuple[str, ...] = ()
    parts_spared: tuple[str, ...] = ()
    of: tuple[Sensitivity, ...] = ()


PROMISES = (
    Never(
        name="only_what_masks_reads_the_masking_key",
        may=("read",),
        on=("secret Processing/MaskingKey",),
        but=("Processing/EtlProcessor", "LogIngestion/LogForwarder", "FileSources/DataValidator", "Batch/CdcMerge"),
    ),
    Never(name="nobody_changes_the_masking_key", may=CHANGES, on=("secret Processing/MaskingKey",)),
    # DMS refuses a target it may not delete from. It has one folder, of which every version is kept, and another where
    # warehouse_target is set.
    Never(
        name="nobody_deletes_from_the_lake",
        may=("delete",),
        on=(*LAKE, "bucket Ingestion/Failures"),
        but=("ChangeCapture/Capture*", "Batch/Compact"),
        parts_spared=SCRATCH,
    ),
    Never(
        name="housekeeping_deletes_what_was_replaced_only",
        may=("delete",),
        on=("bucket *",),
        who=("Batch/Compact",),
        parts_spared=(*VERSIONS, *COMPACTED, *SCRATCH, EVENTS),
    ),
    Never(name="only_replication_changes_copies", may=CHANGES, on=COPIES, but=("Storage/Replication", "service *")),
    Never(name="nobody_reads_copies", may=("read",), on=COPIES),
    Never(
        name="only_services_write_logs_and_nobody_deletes_them",
        may=("delete", "administer"),
        on=LOGS,
        parts_spared=(EVENTS,),
    ),
    Never(name="no_role_writes_access_logs", may=("write",), on=LOGS, but=("service *",), parts_spared=(EVENTS,)),
    Never(name="nobody_administers_buckets", may=("administer", "anything"), on=("bucket *",)),
    Never(
        name="only_the_account_administers_keys",
        may=("administer", "delegate", "delete", "anything"),
        on=("key *",),
        but=("the account",),
    ),
    Never(
        name="only_administrators_change_the_catalogue",
        may=CHANGES,
        on=("catalogue *", "database *", "table *"),
        outside=("database Discovery/Unregistered",),
        but=("outside ecommerce-*-deploy", "Batch/*"),
    ),
    # They point partitions at what they published.
    Never(
        name="jobs_change_published_tables_only",
        may=CHANGES,
        on=("catalogue *", "database *", "table *Received", "table *Live*", "table *Conflicts", "table *Quarantine*"),
        who=("Batch/*",),
    ),
    Never(
        name="only_the_jobs_that_fill_them_change_the_tables_of_gold",
        may=CHANGES,
        on=("table Analytics/GoldDatabase/*",),
        who=("Batch/*",),
        but=("Batch/GoldEtl", "Batch/Compact"),
    ),
    Never(
        name="only_the_crawler_makes_tables_of_what_nobody_described",
        may=CHANGES,
        on=("database Discovery/Unregistered",),
        but=("outside ecommerce-*-deploy", "Discovery/Unregistered/Crawler"),
    ),
    Never(
        name="nobody_changes_rights", may=("administer", "write", "delete", "anything"), on=("iam *", "sts *", "role *")
    ),
    Never(name="nobody_has_policies_from_elsewhere", may=("has",), on=("policy *",)),
    Never(name="readers_read_nothing_raw", may=("read",), on=(*RAW, "table *Quarantine*"), who=READERS),
    Never(
        name="people_read_silver_and_gold_by_sql",
        may=("read",),
        on=("bucket Storage/Silver", "bucket Storage/Gold"),
        who=PEOPLE,
    ),
    Never(name="readers_see_no_token", may=("read",), on=("table *",), who=READERS, of=("token", "personal")),
    Never(
        name="engineers_see_personal_data_in_quarantine_only",
        may=("read",),
        on=("table *",),
        outside=("table *Quarantine*",),
        # The archive as Parquet: the same records they read as files.
        spared=("table Ingestion/Table/*",),
        who=("Governance/Engineers",),
        of=("personal",),
    ),
    # Whoever is logged in there asks with its role, and no tag protects a file.
    Never(
        name="warehouse_reads_no_files_with_tokens",
        may=("read",),
        on=(*RAW, "bucket Storage/Silver"),
        who=("Warehouse/*",),
    ),
    Never(
        name="only_named_producers_put_on_the_stream",
        may=CHANGES,
        on=("stream *",),
        but=("FrontDoor/Door/ApiWriter", "LogIngestion/LogForwarder"),
    ),
    Never(
        name="producers_only_put",
        may=("delete", "administer", "delegate", "anything", "read"),
        on=("stream *",),
        who=("FrontDoor/*", "LogIngestion/LogForwarder"),
    ),
    Never(name="people_change_no_data", may=("write", "delete"), on=(*LAKE, "stream *", "table *"), who=PEOPLE),
    Never(name="nobody_comes_from_outside", may=("*",), on=("*",), who=STRANGERS),
)
