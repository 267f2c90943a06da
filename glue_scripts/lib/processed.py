"""Which input a job has processed, by partition: written after the commit, so what was cut off is done again.

``_processed/<job>/<table>/<partition>.json`` holds a digest of the input's list. What arrives later changes the list.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor

from lib.objects import Objects, StoredObject
from lib.partition_path import partition_path
from lib.published_table import Partition
from lib.table_contract import TableContract

AT_ONCE = 16


class Processed:
    """What one job has processed for one table."""

    def __init__(self, objects: Objects, *, job: str, contract: TableContract) -> None:
        self._objects, self._columns = objects, contract.partitions
        self._prefix = f"_processed/{job}/{contract.name}/"

    def changed(self, inputs: Mapping[Partition, Collection[StoredObject]]) -> list[Partition]:
        """Those of ``inputs`` whose objects are not the ones that were processed last; sorted."""
        known = {found.key for found in self._objects.listed(self._prefix)}
        recorded = [partition for partition in inputs if self._key(partition) in known]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            documents = pool.map(lambda partition: self._objects.read(self._key(partition)), recorded)
        same = {
            partition
            for partition, document in zip(recorded, documents, strict=True)
            if document == _document(inputs[partition])
        }
        return sorted(set(inputs) - same, key=repr)

    def record(self, inputs: Mapping[Partition, Collection[StoredObject]]) -> None:
        """Call it after the commit, with the lists that were read."""
        for partition, objects in inputs.items():
            self._objects.write(self._key(partition), _document(objects))

    def _key(self, partition: Partition) -> str:
        return f"{self._prefix}{partition_path(self._columns, partition)}.json"


def _document(objects: Collection[StoredObject]) -> bytes:
    lines = sorted(f"{found.key}\t{found.size}\t{found.etag}" for found in objects)
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return json.dumps({"objects": len(lines), "sha256": digest}, sort_keys=True).encode()
