"""How much the data_validator can take at once."""

from dataclasses import dataclass

from config.file_flow import FileFunctionSize
from config.function_machine import within


@dataclass(frozen=True, kw_only=True)
class ValidatorSize(FileFunctionSize):
    """``max_file_mb`` is how large a file may be when unpacked: more would not be done within the timeout.

    It is read a part at a time, twice, by one core: all of one comes with 1,769 MB, and more would buy cores that stand
    idle. With `Workload.validator_seconds_per_mb` a file of 1 GB takes ten minutes of the fifteen that Lambda gives at
    most, whatever its format; its memory goes to the keys of its rows (data_validator/keys.py).
    """

    memory_mb: int = 1_769
    max_file_mb: int = 1_024

    def __post_init__(self) -> None:
        super().__post_init__()
        within("max_file_mb", self.max_file_mb, 1, 10_240)
