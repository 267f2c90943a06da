"""A job as those of `glue_scripts`, as small as they come: CSV by month comes in, the table `SALES` goes out.

For tests that kill it; in a process of its own, as ``python -m tests.support.sales_job --silver_bucket ...``.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Sequence

from lib.catalogue import GlueCatalogue
from lib.common import Run, settings_from, spark_session
from lib.objects import Objects, S3Objects, StoredObject
from lib.parquet_table import ParquetTable
from lib.partition_path import partition_of
from lib.processed import Processed
from lib.published_table import Partition
from tests.support.sales_table import SALES, passes

JOB = "sales_etl"
RECEIVED = "received/sales/"
ARGUMENTS = ("silver_bucket", "silver_database")


def received(objects: Objects) -> dict[Partition, list[StoredObject]]:
    """The objects of each month."""
    found: dict[Partition, list[StoredObject]] = defaultdict(list)
    for entry in objects.listed(RECEIVED):
        path = entry.key.removeprefix(RECEIVED).rpartition("/")[0]
        found[partition_of(SALES.partitions, path)].append(entry)
    return found


def main(argv: Sequence[str]) -> None:
    settings = settings_from(ARGUMENTS, argv)
    spark = spark_session(JOB)
    objects = S3Objects(settings.silver_bucket)
    table = ParquetTable(SALES, objects=objects, catalogue=GlueCatalogue(settings.silver_database))
    processed = Processed(objects, job=JOB, contract=SALES)
    inputs = received(objects)
    changed = processed.changed(inputs)
    if changed:
        files = [objects.url(entry.key) for partition in changed for entry in inputs[partition]]
        rows = spark.read.schema(SALES.schema).option("basePath", objects.url(RECEIVED)).csv(files)
        table.publish(rows, partitions=changed, run=Run(job=JOB), audit=passes)
        processed.record({partition: inputs[partition] for partition in changed})
    print(json.dumps({"published": changed, "rows": sum(table.partitions().values())}))


if __name__ == "__main__":
    main(sys.argv[1:])
