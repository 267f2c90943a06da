"""The batch layer: the Spark jobs that make exact tables of what came in, with just the rights each needs."""

from collections.abc import Mapping

from config import Environment
from config.batch_jobs import JOBS, ZONES, Batch, BatchJob, catalogued, fillers_of
from config.naming import physical_name
from constructs import Construct
from constructs.alerts import Alerts
from constructs.emr_job import EmrJob
from constructs.generated_secret import GeneratedSecret
from constructs.glue_job import GlueJob
from constructs.governed_database import GovernedDatabase
from constructs.job_alarms import EMR, GLUE, GLUE_DELAYS, announce_runs, watch_job
from constructs.job_definition import JobDefinition
from constructs.job_network import JobNetwork
from constructs.job_package import JobPackage
from constructs.job_security import JobSecurity
from constructs.lake_database import LakeDatabase
from constructs.lake_zone import LakeZone
from constructs.log_bucket import LogBucket
from constructs.private_network import PrivateNetwork
from constructs.spark_application import SparkApplication
from constructs.work_area import work_area
from contracts import Contract, load_contracts
from contracts.captured_tables import captured_contracts
from contracts.job_document import job_document


class BatchLayer(Construct):
    """What ``env.batch`` says, or nothing where that is None.

    ``jobs`` by name, each on its engine; ``definitions`` is where that lies which starts them.

    ``zones`` are the lake's by name and ``databases`` theirs; ``logs`` takes what Spark's history server shows;
    ``masking_key`` is what personal data becomes tokens with.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        env: Environment,
        zones: Mapping[str, LakeZone],
        logs: LogBucket,
        databases: Mapping[str, LakeDatabase],
        masking_key: GeneratedSecret,
        network: PrivateNetwork | None,
    ) -> None:
        super().__init__(scope, id_)
        self._env, self._zones, self._databases, self._masking_key = env, zones, databases, masking_key
        self.jobs: dict[str, GlueJob | EmrJob] = {}
        self.definitions: dict[str, str] = {}
        if env.batch is None:
            return
        self._batch = batch = env.batch
        self._package = JobPackage(
            self,
            "Package",
            name=physical_name(env, "jobs"),
            zone=zones["scripts"],
            jobs=list(JOBS),
            documents={contract.name: job_document(contract) for contract in _known_to_jobs()},
        )
        self._security = JobSecurity(self, "Security", env=env, data_key=zones["silver"].key, logs=logs)
        self._inside = self._network(network, batch)
        self._application = self._make_application(network, batch)
        for job in JOBS:
            if env.captured_schemas or not job.follows_changes:
                self.jobs[job.name] = self._make(job)

    def govern(self, databases: Mapping[str, GovernedDatabase]) -> None:
        """Lets each job point the partitions of its tables at what it published; Lake Formation wants to be told."""
        for job in self._there():
            for zone, tables in catalogued(job, self._batch.table_format).items():
                databases[zone].grant_publish(
                    self.jobs[job.name].role,
                    fillers_of(zone, tables),
                    tables,
                    iceberg=self._batch.table_format == "iceberg",
                )

    def watch(self, alerts: Alerts) -> None:
        """Tells of runs that end badly or take long, of tables that were not published, and of changes that stop."""
        if not self.jobs:
            return
        of_glue = [runs.job.name for runs in self.jobs.values() if isinstance(runs, GlueJob)]
        name = physical_name(self._env, "jobs")
        announce_runs(self, "GlueRuns", name=f"{name}-on-glue", events=GLUE, of=of_glue, alerts=alerts)
        announce_runs(self, "GlueDelays", name=f"{name}-slow-on-glue", events=GLUE_DELAYS, of=of_glue, alerts=alerts)
        if self._application:
            of_emr = [self._application.application.id]
            announce_runs(self, "EmrRuns", name=f"{name}-on-emr", events=EMR, of=of_emr, alerts=alerts)
        for job in self._there():
            watch_job(alerts, job, freshness_hours=self._batch.freshness_hours)

    def _there(self) -> list[BatchJob]:
        return [job for job in JOBS if job.name in self.jobs]

    def _make(self, job: BatchJob) -> GlueJob | EmrJob:
        size, arguments = self._batch.sizes[job.name], self._arguments(job)
        runs: GlueJob | EmrJob
        if self._application and size.engine == "emr":
            runs = self._on_emr(self._application, job, arguments)
        else:
            runs = self._on_glue(job, arguments)
        for name, zone in self._zones.items():
            area = work_area(job, name, self._batch.table_format)
            if not area.is_empty:
                zone.grant_work(runs.role, area)
        if job.masks:
            self._masking_key.grant_read(runs.role)
        definition = JobDefinition(
            self,
            f"{_pascal(job.name)}Definition",
            job=job,
            size=size,
            package=self._package,
            arguments=arguments,
            runs=runs,
        )
        self.definitions[job.name] = definition.url
        return runs

    def _on_glue(self, job: BatchJob, arguments: Mapping[str, str]) -> GlueJob:
        made = GlueJob(
            self,
            _pascal(job.name),
            env=self._env,
            job=job,
            size=self._batch.sizes[job.name],
            package=self._package,
            security=self._security,
            arguments=arguments,
        )
        if self._inside:
            made.run_inside(self._inside)
        return made

    def _on_emr(self, application: SparkApplication, job: BatchJob, arguments: Mapping[str, str]) -> EmrJob:
        return EmrJob(
            self,
            _pascal(job.name),
            env=self._env,
            job=job,
            size=self._batch.sizes[job.name],
            package=self._package,
            application=application,
            arguments=arguments,
        )

    def _arguments(self, job: BatchJob) -> dict[str, str]:
        """The script's own: the format, the places it asks for, and its settings."""
        places = {f"{zone}_bucket": self._zones[zone].bucket.bucket for zone in ZONES}
        places |= {f"{zone}_database": database.database.name for zone, database in self._databases.items()}
        places["masking_key_secret"] = self._masking_key.secret.arn
        places["schemas"] = ",".join(sorted(self._env.captured_schemas))
        own = {"table_format": self._batch.table_format} | {name: places[name] for name in job.places}
        return {f"--{name}": value for name, value in {**own, **job.settings}.items()}

    def _network(self, network: PrivateNetwork | None, batch: Batch) -> JobNetwork | None:
        if network is None or not batch.inside:
            return None
        env = self._env
        return JobNetwork(
            self,
            "Network",
            name=physical_name(env, "jobs"),
            network=network,
            region=env.region,
            account_id=env.account_id,
        )

    def _make_application(self, network: PrivateNetwork | None, batch: Batch) -> SparkApplication | None:
        if not batch.uses_emr:
            return None
        size = batch.spark_application
        return SparkApplication(self, "Spark", env=self._env, size=size, network=network, inside=self._inside)


def _known_to_jobs() -> list[Contract]:
    """Every table: what a job may read or publish."""
    there = load_contracts() | captured_contracts()
    return [contract for _, contract in sorted(there.items()) if contract.zone]


def _pascal(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))
