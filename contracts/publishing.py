"""Whether what a contract says of its published table can be."""

from contracts.contract import Contract


def check_publishing(contract: Contract) -> None:
    """ValueError if two names would be one, or a partition is none."""
    if contract.published and (contract.received_as or contract.published_by):
        raise ValueError(
            "published says that no function fills the table; leave receivedAs and publishedPartitions out"
        )
    if contract.published and not contract.partitions:
        raise ValueError("published needs partitions, which jobs replace; without natural ones add _part, always 0")
    partitions = [column.name for column in contract.partitions]
    if [name for name in partitions if name in contract.published_by] != list(contract.published_by):
        raise ValueError(f"publishedPartitions {list(contract.published_by)} must be of {partitions}, in that order")
    if bool(contract.published_by) != bool(contract.live_as):
        raise ValueError("publishedPartitions and liveAs go together: the contract's name is the published table's")
    if contract.published_by and not contract.received_as:
        raise ValueError("publishedPartitions without receivedAs; say published if jobs alone fill the table")
    if contract.is_published and not (contract.keys and contract.database and contract.zone):
        raise ValueError("a published table needs a primaryKey, and the properties database and zone")
