"""What stands between a stream and its objects: the applied function and the applied table, found by what is described.

In: a delivery stream's settings, Lambda's and Glue's answers. Out: what makes objects of records.
"""

from pathlib import Path
from typing import Any

from local.firehose.conversion import Conversion
from local.firehose.delivered_object import Finish, finisher
from local.firehose.delivery_stream import DeliveryStream
from local.firehose.transformation import Transformation
from local.lambda_service.aws_clients import aws_client
from local.lambda_service.function_directory import FunctionDirectory
from local.lambda_service.invoker import ConcurrencyGate, Invoker
from local.lambda_service.runtime_install import DEFAULT_TARGET


class Workshop:
    """One per service: a function runs in one process, warm from one delivery to the next."""

    def __init__(self, work_dir: Path, *, endpoint: str, region: str) -> None:
        self._endpoint, self._logs = endpoint, work_dir / "logs"
        self._glue: Any = aws_client("glue", endpoint=endpoint, region=region)
        self._directory = FunctionDirectory(aws_client("lambda", endpoint=endpoint, region=region), work_dir)
        self._gate = ConcurrencyGate()
        self._invokers: dict[str, Invoker] = {}

    def finish(self, stream: DeliveryStream) -> Finish:
        """Looks the table up anew: as on AWS its columns are the latest."""
        return finisher(stream, transformation=self._transformation(stream), conversion=self._conversion(stream))

    def close(self) -> None:
        """Ends the functions' processes."""
        for invoker in self._invokers.values():
            invoker.close()

    def _transformation(self, stream: DeliveryStream) -> Transformation | None:
        if not stream.function_arn:
            return None
        invoker = self._invokers.setdefault(stream.function_arn, self._invoker(stream.function_arn))
        return Transformation(invoker.invoke, hand_over_bytes=stream.hand_over_bytes)

    def _conversion(self, stream: DeliveryStream) -> Conversion | None:
        if not stream.converted_by:
            return None
        named = stream.converted_by
        table = self._glue.get_table(DatabaseName=named.database, Name=named.table)["Table"]
        columns = {column["Name"]: column["Type"] for column in table["StorageDescriptor"]["Columns"]}
        return Conversion(columns, compression=named.compression)

    def _invoker(self, arn: str) -> Invoker:
        return Invoker(
            arn,
            directory=self._directory,
            gate=self._gate,
            runtime_dir=DEFAULT_TARGET,
            log_dir=self._logs,
            endpoint=self._endpoint,
        )
