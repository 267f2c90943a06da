"""The one log line of a file: its verdict in, a line in CloudWatch's Embedded Metric Format out, without any content.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json

from data_validator.verdict import ACCEPTED, Document, head

NAMESPACE = "Ecommerce/Sources"
METRICS = {
    "FilesAccepted": "Count",
    "FilesRefused": "Count",
    "FilesRepeated": "Count",
    "RowsStored": "Count",
    "RowsQuarantined": "Count",
    "DurationMs": "Milliseconds",
}


def account_line(document: Document, *, duration_ms: int, now_ms: int) -> str:
    """The line. A file counts once: as accepted, as refused, or as a repeat of what was judged before."""
    is_new, accepted = document["repeat_of"] is None, document["outcome"] == ACCEPTED
    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": [["Source"]],
        "Metrics": [{"Name": name, "Unit": unit} for name, unit in METRICS.items()],
    }
    line = {
        "_aws": {"Timestamp": now_ms, "CloudWatchMetrics": [directive]},
        "Source": document["source"],
        "FilesAccepted": int(is_new and accepted),
        "FilesRefused": int(is_new and not accepted),
        "FilesRepeated": int(not is_new),
        "RowsStored": document["rows"]["stored"],
        "RowsQuarantined": document["rows"]["quarantined"],
        "DurationMs": duration_ms,
        "Verdict": head(document),
    }
    return json.dumps(line, separators=(",", ":"))
