"""What the batch jobs tell CloudWatch: namespace `NAMESPACE`, one dimension, ``Job``, the job's name.

| metric | one for each |
|---|---|
| ``QualityFailed`` | table not published because a rule of its contract failed; what stood there still stands |
| ``Conflicts`` | table not published because another run published it meanwhile |
| ``CdcStopped`` | table whose captured changes are not merged any more, until somebody looks at them |
| ``RowsPublished`` | row that a run published, or compacted; a run with nothing to do says 0 |

No alarm needs to know the table, which would be a metric each: the table stands beside it in the line of JSON that is
written for every call, ``{"job", "table", "metric", "value"}``, as CloudWatch Logs Insights reads it.
"""

import json
from collections.abc import Mapping
from typing import Protocol

from botocore.exceptions import BotoCoreError, ClientError

from lib.clients import aws_client

NAMESPACE = "Ecommerce/Batch"
QUALITY_FAILED = "QualityFailed"
CONFLICTS = "Conflicts"
CDC_STOPPED = "CdcStopped"
ROWS_PUBLISHED = "RowsPublished"
METRICS = (QUALITY_FAILED, CONFLICTS, CDC_STOPPED, ROWS_PUBLISHED)


class CloudWatch(Protocol):
    """The part of boto3's client that is used here."""

    def put_metric_data(self, *, Namespace: str, MetricData: list[dict[str, object]]) -> object: ...  # noqa: N803


def put_metrics(job: str, table: str, values: Mapping[str, int], *, cloudwatch: CloudWatch | None = None) -> None:
    """Says ``values`` by metric; a metric nobody could take is said so and fails no job."""
    if unknown := sorted(set(values) - set(METRICS)):
        raise ValueError(f"metrics {unknown} of table {table}: there are {', '.join(METRICS)}")
    for metric, value in values.items():
        _say(job=job, table=table, metric=metric, value=value)
    data: list[dict[str, object]] = [
        {"MetricName": metric, "Value": value, "Unit": "Count", "Dimensions": [{"Name": "Job", "Value": job}]}
        for metric, value in values.items()
    ]
    try:
        (cloudwatch or aws_client("cloudwatch")).put_metric_data(Namespace=NAMESPACE, MetricData=data)
    except (BotoCoreError, ClientError) as error:
        _say(job=job, table=table, metrics=sorted(values), not_taken=str(error))


def _say(**line: object) -> None:
    print(json.dumps(line, sort_keys=True), flush=True)
