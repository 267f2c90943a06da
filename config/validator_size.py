"""How much the data_validator can take at once."""

from dataclasses import dataclass

from config.file_flow import FileFunctionSize
from config.function_machine import within


@dataclass(frozen=True, kw_only=True)
class ValidatorSize(FileFunctionSize):
    """``max_file_mb`` is how large a file may be when unpacked: more would not be done within the timeout."""

    memory_mb: int = 1_769
    max_file_mb: int = 512

    def __post_init__(self) -> None:
        super().__post_init__()
        within("max_file_mb", self.max_file_mb, 1, 10_240)
