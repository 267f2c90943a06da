"""How much the data_validator can take at once."""

from dataclasses import dataclass
from math import ceil

from config.file_flow import FileFunctionSize
from config.function_machine import within

# Of a file, when its parts are as large as was ever measured and a third more.
HELD_SHARE = 0.5


@dataclass(frozen=True, kw_only=True)
class ValidatorSize(FileFunctionSize):
    """``max_file_mb`` is how large a file may be when unpacked: more would not be done within the timeout.

    It is read a part at a time, twice, by one core: all of one comes with 1,769 MB, and more would buy cores that stand
    idle. With `Workload.validator_seconds_per_mb` a file of 1 GB takes ten minutes of the fifteen that Lambda gives at
    most, whatever its format; its memory goes to the keys of its rows (data_validator/keys.py).

    What it makes of a file is held in ``/tmp`` until all of it may be read: Parquet of 0.07 to 0.37 of the file's size.
    """

    memory_mb: int = 1_769
    max_file_mb: int = 1_024

    def __post_init__(self) -> None:
        super().__post_init__()
        within("max_file_mb", self.max_file_mb, 1, 10_240)
        if self.storage_mb < self.max_file_mb * HELD_SHARE:
            raise ValueError(
                f"storage_mb is {self.storage_mb}, max_file_mb {self.max_file_mb}; give at least "
                f"{ceil(self.max_file_mb * HELD_SHARE)} of storage, or the parts of a large file find no room"
            )
