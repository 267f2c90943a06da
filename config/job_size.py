"""How large a Spark job is and what runs it. Prices are config/job_prices.py's, by the second, a minute at least."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from config.function_machine import within

Engine = Literal["glue", "emr"]
WorkerType = Literal["G.1X", "G.2X", "G.4X", "R.1X", "R.2X"]
ENGINES: tuple[Engine, ...] = get_args(Engine)
WORKER_TYPES: tuple[WorkerType, ...] = get_args(WorkerType)
# What a worker of each type is on EMR Serverless: cores and GB of heap, beside which a tenth is needed.
# https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/app-behavior.html#worker-configs
MACHINES: Mapping[WorkerType, tuple[int, int]] = {
    "G.1X": (4, 14),
    "G.2X": (8, 28),
    "G.4X": (16, 56),
    "R.1X": (4, 26),
    "R.2X": (8, 52),
}
# Spare capacity is offered in these two only. https://docs.aws.amazon.com/glue/latest/dg/add-job.html
FLEXIBLE = ("G.1X", "G.2X")
WEEK_MINUTES = 10_080
# https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/jobs-resiliency.html
EMR_ATTEMPTS = 10


@dataclass(frozen=True, kw_only=True)
class JobSize:
    """What runs a job: ``engine``, and as many as ``workers`` of a type, as few as it needs.

    A G.1X (4 cores, 16 GB) costs 0.44 an hour on Glue, 0.29 with ``flex``, which waits for spare capacity, and about
    0.24 on EMR Serverless with Graviton processors; the others are multiples of that, R types have twice the memory.
    ``retries`` run the whole job again: it replaces what it computed before. ``notify_after_minutes`` has Glue tell
    that a run is slower than it should be. EMR Serverless tells nothing of the kind: there it does nothing, and a slow
    run is heard of when ``timeout_minutes`` ends it.
    """

    engine: Engine = "glue"
    worker_type: WorkerType = "G.1X"
    workers: int = 4
    flex: bool = False
    timeout_minutes: int = 60
    notify_after_minutes: int = 45
    retries: int = 1

    def __post_init__(self) -> None:
        if self.engine not in ENGINES:
            raise ValueError(f"job engine {self.engine!r} is none of {', '.join(ENGINES)}")
        if self.worker_type not in WORKER_TYPES:
            raise ValueError(f"job worker_type {self.worker_type!r} is none of {', '.join(WORKER_TYPES)}")
        # A driver and somebody who works.
        within("job workers", self.workers, 2, 299)
        # EMR Serverless takes 5 or more.
        within("job timeout_minutes", self.timeout_minutes, 5, WEEK_MINUTES)
        within("job retries", self.retries, 0, 10)
        if self.engine == "emr" and self.retries >= EMR_ATTEMPTS:
            raise ValueError(
                f"job retries is {self.retries}; EMR Serverless makes {EMR_ATTEMPTS} attempts, the first among them: "
                f"use 0 to {EMR_ATTEMPTS - 1}, or engine glue"
            )
        if self.engine == "glue" and not 1 <= self.notify_after_minutes < self.timeout_minutes:
            raise ValueError(
                f"job notify_after_minutes is {self.notify_after_minutes}; use 1 to {self.timeout_minutes - 1}, or "
                "nobody hears before timeout_minutes ends the run"
            )
        if self.flex and (self.engine != "glue" or self.worker_type not in FLEXIBLE):
            raise ValueError(
                f"job with flex runs {self.worker_type} on {self.engine}; flex is Glue's, for {' and '.join(FLEXIBLE)}"
            )


@dataclass(frozen=True, kw_only=True)
class SparkApplication:
    """The EMR Serverless application of the jobs whose ``engine`` is emr. It costs nothing while no job runs.

    ``idle_minutes`` after its last job it stops. ``most_cores`` and ``most_memory_gb`` bound what all its jobs use
    together. ``release`` is the one with Glue 5.0's Spark, 3.5.4; its Python is 3.9 unless told, and the jobs are
    written for 3.11.
    """

    release: str = "emr-7.8.0"
    python: str = "/usr/bin/python3.11"
    idle_minutes: int = 5
    most_cores: int = 200
    most_memory_gb: int = 800
    most_disk_gb: int = 2_000

    def __post_init__(self) -> None:
        if not self.release.startswith("emr-7."):
            raise ValueError(f"spark_application.release {self.release!r} is no emr-7.x, which has Spark 3.5")
        within("spark_application.idle_minutes", self.idle_minutes, 1, WEEK_MINUTES)
