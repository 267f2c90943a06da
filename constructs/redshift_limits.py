"""What a Redshift cluster may cost beyond its nodes, and how much of it can be lost."""

from cdktf_cdktf_provider_aws.redshift_cluster import RedshiftCluster as AwsRedshiftCluster
from cdktf_cdktf_provider_aws.redshift_snapshot_schedule import RedshiftSnapshotSchedule
from cdktf_cdktf_provider_aws.redshift_snapshot_schedule_association import RedshiftSnapshotScheduleAssociation
from cdktf_cdktf_provider_aws.redshift_usage_limit import RedshiftUsageLimit

from config.warehouse_size import WarehouseNodes
from constructs import Construct


class RedshiftLimits(Construct):
    """Switches off, until midnight UTC, what has used up its day: added clusters, and queries on the lake's files."""

    def __init__(self, scope: Construct, id_: str, *, cluster: AwsRedshiftCluster, size: WarehouseNodes) -> None:
        super().__init__(scope, id_)
        # AWS counts the one in minutes, the other in terabytes.
        self._per_day(cluster, "Scaling", "concurrency-scaling", "time", size.scaling_minutes_per_day)
        self._per_day(cluster, "Spectrum", "spectrum", "data-scanned", size.spectrum_tb_per_day)

    def _per_day(self, cluster: AwsRedshiftCluster, id_: str, feature: str, kind: str, amount: int | None) -> None:
        if amount is None:
            return
        RedshiftUsageLimit(
            self,
            id_,
            cluster_identifier=cluster.id,
            feature_type=feature,
            limit_type=kind,
            amount=amount,
            period="daily",
            breach_action="disable",
        )


class RedshiftSnapshots(Construct):
    """A snapshot every so many hours. Redshift's own rhythm, 8 hours or 5 GB of changes a node, ends with it."""

    def __init__(
        self, scope: Construct, id_: str, *, name: str, cluster: AwsRedshiftCluster, every_hours: int, disposable: bool
    ) -> None:
        super().__init__(scope, id_)
        schedule = RedshiftSnapshotSchedule(
            self,
            "Schedule",
            identifier=name,
            description=f"Every {every_hours} hours",
            definitions=[f"rate({every_hours} hours)"],
            force_destroy=disposable,
            tags={"Name": name},
        )
        RedshiftSnapshotScheduleAssociation(
            self, "Association", cluster_identifier=cluster.id, schedule_identifier=schedule.id
        )
