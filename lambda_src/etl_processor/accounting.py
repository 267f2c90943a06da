"""The one log line of a batch: its counts in, a line in CloudWatch's Embedded Metric Format out, without any content.

Namespace Ecommerce/Ingestion, dimension FunctionName. The metrics are `METRICS` and, for each reason for which records
of the batch were set aside, ``Quarantined.<reason>``; what is left out of a line counts as zero. Further members of the
line are for Logs Insights.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json

from etl_processor.batch import BatchResult

NAMESPACE = "Ecommerce/Ingestion"
METRICS = {
    "RecordsReceived": "Count",
    "RecordsStored": "Count",
    "RecordsQuarantined": "Count",
    "RecordsLate": "Count",
    "ObjectsWritten": "Count",
    "BytesWritten": "Bytes",
}


def account_line(result: BatchResult, *, function_name: str, now_ms: int) -> str:
    """The line; RecordsReceived is always RecordsStored + RecordsQuarantined."""
    reasons = {f"Quarantined.{reason}": count for reason, count in result.quarantined.items()}
    units = METRICS | dict.fromkeys(reasons, "Count")
    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": [["FunctionName"]],
        "Metrics": [{"Name": name, "Unit": unit} for name, unit in units.items()],
    }
    line = {
        "_aws": {"Timestamp": now_ms, "CloudWatchMetrics": [directive]},
        "FunctionName": function_name,
        "RecordsReceived": result.received,
        "RecordsStored": result.stored,
        "RecordsQuarantined": sum(result.quarantined.values()),
        "RecordsLate": result.late,
        "ObjectsWritten": len(result.objects),
        "BytesWritten": sum(len(item.body) for item in result.objects),
        **reasons,
        "StoredByEvent": dict(result.stored_by_event),
        "QuarantinedByReason": dict(result.quarantined),
    }
    return json.dumps(line, separators=(",", ":"))
