"""What a batch job needs of a contract at run time: a contract in, JSON out, shipped in ``platform_contracts``."""

import json

from contracts.contract import Contract
from contracts.dqdl import ruleset
from contracts.loader import column_document


def job_document(contract: Contract) -> bytes:
    """``{"name", "version", "zone", "columns", "received_partitions", "published_partitions", "keys", "ruleset"}``.

    ``columns`` are those of the files and the partitions those of the path, each ``{"name", "type", "required", ...}``
    with Hive's type; ``keys`` are names. A table that is only published, or only received, has the other list empty.
    ``ruleset`` is the DQDL text that Glue's catalogue holds for the published table, and empty where there is none.
    ``captured_from`` is there where the table holds the state or the changes of one of a database.
    """
    document = {
        "name": contract.name,
        "version": contract.version,
        "zone": contract.zone,
        "columns": [column_document(column) for column in contract.data_columns],
        "received_partitions": [column_document(column) for column in contract.received_partitions],
        "published_partitions": [column_document(column) for column in contract.published_partitions],
        "keys": contract.keys,
        "ruleset": ruleset(contract) if contract.is_published else "",
    }
    if contract.captured_from:
        document["captured_from"] = contract.captured_from
    return json.dumps(document, indent=1, sort_keys=True).encode()
