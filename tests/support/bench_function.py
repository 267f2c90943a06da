"""The deployed function, altered where a test says so, and in a process that a test can find."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from local.lambda_service.function import Function
from local.lambda_service.function_directory import FunctionDirectory
from local.lambda_service.function_process import FunctionProcess
from local.lambda_service.invoker import Invoker


class BenchDirectory(FunctionDirectory):
    """The function as deployed, but for what the bench says."""

    def __init__(self, client: Any, work_dir: Path, settings: Mapping[str, Any], variables: Mapping[str, str]) -> None:
        super().__init__(client, work_dir)
        self.settings, self.variables = dict(settings), variables

    def current(self, function_arn: str) -> Function:
        deployed = super().current(function_arn)
        variables = tuple(sorted((dict(deployed.variables) | dict(self.variables)).items()))
        return replace(deployed, variables=variables, **self.settings)


class BenchInvoker(Invoker):
    """Tells which process it keeps."""

    process: FunctionProcess | None = None

    def _process_for(self, function: Function) -> FunctionProcess:
        self.process = super()._process_for(function)
        return self.process
