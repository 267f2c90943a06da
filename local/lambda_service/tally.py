"""What happened on one shard, in numbers; counted by the delivery, kept in the checkpoint, shown by the status."""

from collections.abc import Iterable
from dataclasses import dataclass, fields


@dataclass(kw_only=True)
class Tally:
    """Records are counted when they are settled, so a crash never counts a record twice."""

    records_delivered: int = 0
    invocations: int = 0
    function_errors: int = 0
    partial_answers: int = 0
    retries: int = 0
    bisects: int = 0
    not_invoked: int = 0
    discarded: int = 0
    on_failure_objects: int = 0


def tally_from(counts: dict[str, int]) -> Tally:
    """The tally a file holds; a count it does not know yet is zero."""
    return Tally(**{field.name: counts.get(field.name, 0) for field in fields(Tally)})


def total(tallies: Iterable[Tally]) -> Tally:
    """All of them together."""
    together = Tally()
    for tally in tallies:
        for field in fields(Tally):
            setattr(together, field.name, getattr(together, field.name) + getattr(tally, field.name))
    return together
