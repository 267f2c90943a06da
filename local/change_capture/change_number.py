"""The number of a change, as DMS's header AR_H_CHANGE_SEQ: 35 digits, time first, then a counter that never goes back.

https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.CustomizingTasks.TableMapping.SelectionTransformation.Expressions.html
"""

from dataclasses import dataclass
from datetime import datetime

TIME_DIGITS, COUNTER_DIGITS = 16, 19


@dataclass(frozen=True, kw_only=True)
class ChangeNumber:
    """The last one that was given; the same changes after the same number get the same numbers again."""

    time: str = "0" * TIME_DIGITS
    counter: int = 0

    def next(self, committed: datetime) -> "ChangeNumber":
        """Of a change committed then, whose clock may be behind the last one's."""
        return ChangeNumber(time=max(self.time, f"{committed:%Y%m%d%H%M%S}00"), counter=self.counter + 1)

    def __str__(self) -> str:
        return f"{self.time}{self.counter:0{COUNTER_DIGITS}d}"
