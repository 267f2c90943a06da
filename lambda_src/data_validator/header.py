"""A file's header against the contract: names in, positions of the taken columns out, or a `Refusal`."""

from collections.abc import Sequence

from data_validator.file_contract import FileContract
from data_validator.reasons import Check, Refusal


def positions(header: Sequence[str], contract: FileContract) -> list[int]:
    """Where in a row each taken column stands; Refusal names what is missing, unknown or there twice."""
    known = {*contract.sources, *contract.ignored}
    missing = [name for name in contract.sources if name not in header]
    # Of an unknown name only its place is told: without a header the first row of data would stand there.
    unknown = [number for number, name in enumerate(header, 1) if name not in known]
    twice = sorted({name for name in header if name in known and header.count(name) > 1})
    if missing or unknown or twice:
        found = [
            f"missing: {', '.join(missing)}" * bool(missing),
            f"unknown: column {', '.join(map(str, unknown))} of {len(header)}" * bool(unknown),
            f"twice: {', '.join(twice)}" * bool(twice),
        ]
        raise Refusal(Check.HEADER, expected=", ".join(contract.sources), observed="; ".join(filter(None, found)))
    return [header.index(taken.source) for taken in contract.taken]


def is_reordered(header: Sequence[str], contract: FileContract) -> bool:
    """Whether the columns stand in another order than the contract's: no harm, for they are found by name."""
    places = [header.index(name) for name in contract.sources]
    return places != sorted(places)
