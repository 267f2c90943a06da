"""When is a full load another one, and when is it the one that is known?"""

import pytest

from lib.change_files import LoadRecord
from lib.objects import StoredObject

KNOWN = LoadRecord(files={"LOAD1": "a", "LOAD2": "b"})


def load(**etags: str) -> list[StoredObject]:
    return [StoredObject(key=key, size=1, etag=etag) for key, etag in etags.items()]


@pytest.mark.parametrize(
    ("there", "is_another"),
    [
        (load(LOAD1="a", LOAD2="b"), False),
        (load(LOAD1="a", LOAD2="b", LOAD3="c"), False),
        (load(LOAD2="b"), False),
        ([], False),
        (load(LOAD1="x", LOAD2="b"), True),
        (load(LOAD1="x"), True),
        (load(LOAD4="a"), True),
    ],
)
def test_only_other_files_in_the_place_of_those_that_are_known_are_another_load(
    there: list[StoredObject], *, is_another: bool
) -> None:
    assert KNOWN.is_replaced_by(there) is is_another


def test_files_that_have_expired_are_remembered_beside_those_that_came_since() -> None:
    assert KNOWN.and_now(load(LOAD2="b", LOAD3="c")) == {"LOAD1": "a", "LOAD2": "b", "LOAD3": "c"}
    assert LoadRecord().is_replaced_by(load(LOAD1="a")) is False
