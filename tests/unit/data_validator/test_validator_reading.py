"""One object is read from its first byte to its last, whatever the connection does."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from shared import object_bytes
from shared.object_bytes import ObjectBytes, ObjectGoneError, ObjectReplacedError
from tests.unit.data_validator.validator_fakes import BRONZE, FakeS3, aws_error

BODY = bytes(range(256)) * 40


def opened(s3: FakeS3, arrival: Any, still_time: Any = lambda _, __: None) -> ObjectBytes:
    client: Any = s3
    return ObjectBytes(client, arrival, still_time=still_time, sleep=lambda _: None)


@pytest.fixture(autouse=True)
def small_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(object_bytes, "RANGE_BYTES", 4_000)
    monkeypatch.setattr(object_bytes, "PIECE_BYTES", 1_000)


def test_an_object_is_read_in_ranges_and_hashed() -> None:
    s3 = FakeS3()
    raw = opened(s3, s3.land("a", BODY))
    assert raw.readall() == BODY
    assert len(s3.calls) == 3
    assert raw.facts.size == len(BODY)
    before = raw.sha256
    raw.drain()
    assert raw.sha256 == before


def test_a_broken_connection_is_taken_up_where_it_broke() -> None:
    s3 = FakeS3(breaks_after=[1_500, 0, 2_500, 100])
    raw = opened(s3, s3.land("a", BODY))
    assert raw.readall() == BODY


def test_a_connection_that_always_breaks_is_given_up() -> None:
    s3 = FakeS3(breaks_after=[1_500, *[0] * 20])
    raw = opened(s3, s3.land("a", BODY))
    with pytest.raises(ConnectionResetError):
        raw.readall()
    assert len(s3.calls) == object_bytes.ATTEMPTS


def test_an_answer_that_ends_too_early_is_no_end() -> None:
    class Short(FakeS3):
        def get_object(self, **options: Any) -> dict[str, Any]:
            answer = super().get_object(**options)
            answer["Body"].truncate(1_000)
            return answer

    s3 = Short()
    assert opened(s3, s3.land("a", BODY)).readall() == BODY


def test_a_version_is_read_though_another_lies_on_top() -> None:
    s3 = FakeS3()
    arrival = s3.land("a", BODY)
    raw = opened(s3, arrival)
    head = raw.read(1_000)
    s3.land("a", b"other")
    assert head + raw.readall() == BODY


def test_without_versions_a_replaced_object_is_noticed_in_the_middle() -> None:
    s3 = FakeS3()
    arrival = s3.land("a", BODY)
    unversioned = type(arrival)(**{**vars(arrival), "version_id": None})
    raw = opened(s3, unversioned)
    raw.read(4_000)
    s3.land("a", b"other")
    with pytest.raises(ObjectReplacedError, match="no longer what was announced"):
        raw.readall()


def test_an_object_that_is_gone_is_an_error_with_the_remedy() -> None:
    s3 = FakeS3()
    arrival = s3.land("a", BODY)
    s3.objects.pop((BRONZE, "a"))
    with pytest.raises(ObjectGoneError, match="put it again, or delete the message"):
        opened(s3, arrival)


def test_another_error_of_s3_rises() -> None:
    class Refusing(FakeS3):
        def get_object(self, **_: Any) -> dict[str, Any]:
            raise aws_error("AccessDenied", "GetObject")

    s3 = Refusing()
    with pytest.raises(ClientError, match="AccessDenied"):
        opened(s3, s3.land("a", BODY))


def test_an_empty_object_is_read_without_a_range() -> None:
    s3 = FakeS3()
    raw = opened(s3, s3.land("a", b""))
    assert (raw.readall(), raw.facts.size) == (b"", 0)


def test_time_is_asked_before_every_piece() -> None:
    class LateError(Exception):
        pass

    def still_time(done: int, size: int) -> None:
        if done >= 3_000:
            raise LateError(f"{done} of {size}")

    s3 = FakeS3()
    raw = opened(s3, s3.land("a", BODY), still_time)
    with pytest.raises(LateError, match="3000 of 10240"):
        raw.drain()
