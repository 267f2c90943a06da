"""What Spark by the hour costs, as plain data: Glue by DPU, EMR Serverless by core and by GB of memory. US dollars."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from config.job_size import MACHINES, JobSize

# A DPU is 4 cores and 16 GB; https://docs.aws.amazon.com/glue/latest/dg/add-job.html
DPUS: Mapping[str, int] = {"G.1X": 1, "G.2X": 2, "G.4X": 4, "R.1X": 1, "R.2X": 2}
# Glue bills a minute at least: https://aws.amazon.com/glue/pricing/
LEAST_HOURS = 1 / 60
# Spark's own spark.executor.memoryOverheadFactor; EMR Serverless bills it too.
BESIDE_THE_HEAP = 0.1


@dataclass(frozen=True, kw_only=True)
class JobPrices:
    """Of ``region``, as ``source`` had them on the day ``.._read``.

    Memory-optimised workers (R types) and spare capacity (flex) have their own price of a DPU. In eu-west-1 an ordinary
    DPU costs the same; for another region give that one's prices and name it.
    """

    dpu_hour: float = 0.44
    dpu_hour_flex: float = 0.29
    dpu_hour_memory: float = 0.52
    # Graviton processors.
    core_hour: float = 0.042094
    gb_hour: float = 0.004628
    region: str = "us-east-1"
    source: str = "AWS Price List API"
    glue_read: str = "2026-10-07"
    memory_read: str = "2026-06-27"
    emr_read: str = "2026-09-21"

    def origin(self, size: JobSize) -> str:
        """Where and when the prices of such a job were read."""
        of_glue = self.memory_read if _is_memory(size) else self.glue_read
        return f"prices of {self.region}, {self.source}, {self.emr_read if size.engine == 'emr' else of_glue}"

    def of_dpu(self, size: JobSize) -> float:
        """An hour of one DPU of such a job."""
        if size.flex:
            return self.dpu_hour_flex
        return self.dpu_hour_memory if _is_memory(size) else self.dpu_hour


def _is_memory(size: JobSize) -> bool:
    return size.worker_type.startswith("R.")


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What runs have used, or will."""

    dpu_hours: float = 0.0
    core_hours: float = 0.0
    gb_hours: float = 0.0

    def times(self, factor: float) -> "Usage":
        return Usage(
            dpu_hours=self.dpu_hours * factor, core_hours=self.core_hours * factor, gb_hours=self.gb_hours * factor
        )

    def dollars(self, size: JobSize, prices: JobPrices) -> float:
        by_engine = self.core_hours * prices.core_hour + self.gb_hours * prices.gb_hour
        return self.dpu_hours * prices.of_dpu(size) + by_engine


def usage_of(size: JobSize, hours: float) -> Usage:
    """What ``hours`` with all workers use."""
    if size.engine == "emr":
        cores, heap_gb = MACHINES[size.worker_type]
        memory_gb = math.ceil(heap_gb * (1 + BESIDE_THE_HEAP))
        return Usage(core_hours=hours * size.workers * cores, gb_hours=hours * size.workers * memory_gb)
    return Usage(dpu_hours=max(hours, LEAST_HOURS) * size.workers * DPUS[size.worker_type])
