"""The one log line of a file: its counts in, a line in CloudWatch's Embedded Metric Format out, without any content.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json

from log_forwarder.forwarding import Forwarded

NAMESPACE = "Ecommerce/Ingestion"
METRICS = ("LogLines", "LinesForwarded", "LinesQuarantined", "RecordsResent", "FilesDone")


def account_line(result: Forwarded, *, log_file: str, resent: int, function_name: str, now_ms: int) -> str:
    """The line; LogLines is always LinesForwarded + LinesQuarantined."""
    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": [["FunctionName"]],
        "Metrics": [{"Name": name, "Unit": "Count"} for name in METRICS],
    }
    line = {
        "_aws": {"Timestamp": now_ms, "CloudWatchMetrics": [directive]},
        "FunctionName": function_name,
        "LogLines": result.lines,
        "LinesForwarded": result.forwarded,
        "LinesQuarantined": result.set_aside.total(),
        "RecordsResent": resent,
        "FilesDone": int(result.next_line is None),
        "File": log_file,
        "NextLine": result.next_line,
        "QuarantinedByReason": dict(sorted(result.set_aside.items())),
    }
    return json.dumps(line, separators=(",", ":"))
