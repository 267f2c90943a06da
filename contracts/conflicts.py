"""The columns of the views ``<name>_conflicts``, which tell of two payloads under one event id."""

from contracts.contract import Column, Contract

# Of sensitivity token: the query compares tokens, and who asks a view needs the right to all that its query names.
CONFLICT_COLUMNS = tuple(
    Column(name=name, type=type_, required=True, description=description, sensitivity="token")
    for name, type_, description in (
        ("event_id", "string", "Identity under which the payloads came."),
        ("records", "bigint", "Records stored under it, the first to arrive and those that say something else."),
        ("refused", "bigint", "Records set aside under it as event_id_conflict."),
        ("first_arrival_ts", "timestamp", "When the first stored one arrived."),
        ("last_arrival_ts", "timestamp", "When the last stored one arrived."),
    )
)


def conflicts_of(contract: Contract) -> str:
    """What the view is called."""
    return f"{contract.name}_conflicts"
