"""The one log line of a batch: its counts in, a line in CloudWatch's Embedded Metric Format out, without any content.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json

from etl_processor.batch import BatchResult

NAMESPACE = "Ecommerce/Ingestion"
METRICS = {
    "RecordsReceived": "Count",
    "OrdersStored": "Count",
    "RecordsQuarantined": "Count",
    "ObjectsWritten": "Count",
    "BytesWritten": "Bytes",
}


def account_line(result: BatchResult, *, function_name: str, now_ms: int) -> str:
    """The line; RecordsReceived is always OrdersStored + RecordsQuarantined."""
    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": [["FunctionName"]],
        "Metrics": [{"Name": name, "Unit": unit} for name, unit in METRICS.items()],
    }
    line = {
        "_aws": {"Timestamp": now_ms, "CloudWatchMetrics": [directive]},
        "FunctionName": function_name,
        "RecordsReceived": result.received,
        "OrdersStored": result.stored,
        "RecordsQuarantined": sum(result.quarantined.values()),
        "ObjectsWritten": len(result.objects),
        "BytesWritten": sum(len(item.body) for item in result.objects),
        "QuarantinedByReason": dict(result.quarantined),
    }
    return json.dumps(line, separators=(",", ":"))
