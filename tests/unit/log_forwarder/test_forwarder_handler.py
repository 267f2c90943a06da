"""The function as Lambda runs it, under the faults that AWS has in store for it."""

import io
import json
from hashlib import sha256
from types import ModuleType
from typing import Any

import duckdb
import pytest
from arro3.io import read_parquet

from log_forwarder.set_aside import PART_LINES
from tests.unit.etl_processor.aws_fakes import Context
from tests.unit.log_forwarder.forwarder_fakes import KEY, FakeKinesis, etag_of, log_line, log_of, message_of

NONE_FAILED: dict[str, list[Any]] = {"batchItemFailures": []}
MIXED = log_of(*(log_line(number) if number % 10 else f"jane@example.com {number}" for number in range(1, 1_001)))
HOURS = Context("log-forwarder", remaining_ms=900_000)


def land(function: ModuleType, content: bytes, *, key: str = KEY) -> None:
    function.S3.files[key] = content


def invoke(function: ModuleType, *messages: dict[str, Any], context: Context = HOURS) -> Any:
    # Through JSON, as the event travels in Lambda.
    return function.handler(json.loads(json.dumps({"Records": messages})), context)


def metrics(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def event_ids(function: ModuleType) -> list[str]:
    return [event["event_id"] for event in function.KINESIS.events]


def test_a_file_is_forwarded_and_its_bad_lines_are_set_aside(
    function: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    land(function, MIXED)
    assert invoke(function, message_of(MIXED)) == NONE_FAILED
    assert len(set(event_ids(function))) == 900
    (key,) = function.S3.objects
    place = sha256(KEY.encode()).hexdigest()[:16]
    assert key == f"quarantined_rows/web_logs/{place}-{sha256(MIXED).hexdigest()[:32]}-00000.parquet"
    (line,) = metrics(capsys.readouterr().out)
    assert (line["LogLines"], line["LinesForwarded"], line["LinesQuarantined"]) == (1_000, 900, 100)
    assert line["QuarantinedByReason"] == {"bad_format": 100}
    assert b"jane" not in b"".join([*function.KINESIS.taken, *function.S3.objects.values()])


def test_a_file_without_a_bad_line_is_read_once(function: ModuleType) -> None:
    content = log_of(log_line())
    land(function, content)
    invoke(function, message_of(content))
    assert function.S3.reads == 1
    assert function.S3.objects == {}


def test_a_message_that_comes_again_makes_the_same_events_and_objects(function: ModuleType) -> None:
    land(function, MIXED)
    invoke(function, message_of(MIXED))
    objects, ids = dict(function.S3.objects), set(event_ids(function))
    assert invoke(function, message_of(MIXED)) == NONE_FAILED
    assert (function.S3.objects, set(event_ids(function))) == (objects, ids)


def test_a_failed_file_fails_its_own_message_only(function: ModuleType) -> None:
    good = log_of(log_line())
    land(function, good)
    messages = [
        message_of(b"gone", key="web_logs/gone.log", message_id="gone"),
        {"messageId": "strange", "body": "no event"},
        message_of(good, message_id="good"),
    ]
    assert invoke(function, *messages) == {
        "batchItemFailures": [{"itemIdentifier": "gone"}, {"itemIdentifier": "strange"}]
    }
    assert len(event_ids(function)) == 1


def test_records_the_stream_refuses_for_a_while_are_sent_again(
    function: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(function, "KINESIS", FakeKinesis(lambda call, position: call <= 4 and position % 3 == 0))
    land(function, MIXED)
    assert invoke(function, message_of(MIXED)) == NONE_FAILED
    assert len(event_ids(function)) == len(set(event_ids(function))) == 900
    assert metrics(capsys.readouterr().out)[0]["RecordsResent"] > 0


def test_records_the_stream_refuses_for_good_fail_the_message_and_none_is_lost_later(
    function: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(function, "KINESIS", FakeKinesis(lambda *_: True))
    land(function, MIXED)
    assert invoke(function, message_of(MIXED)) == {"batchItemFailures": [{"itemIdentifier": "m-1"}]}
    function.KINESIS.refuses = lambda *_: False
    assert invoke(function, message_of(MIXED)) == NONE_FAILED
    assert len(set(event_ids(function))) == 900


def test_bad_lines_that_cannot_be_kept_fail_the_message(function: ModuleType) -> None:
    land(function, MIXED)
    function.S3.refuse = "quarantined_rows/"
    assert invoke(function, message_of(MIXED)) == {"batchItemFailures": [{"itemIdentifier": "m-1"}]}
    function.S3.refuse = None
    assert invoke(function, message_of(MIXED)) == NONE_FAILED
    assert len(function.S3.objects) == 1
    assert len(set(event_ids(function))) == 900


def test_a_function_that_dies_between_two_parts_leaves_what_its_next_try_completes(
    function: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = log_of(*(log_line(n) if n % 100 else f"broken {n}" for n in range(1, 2 * PART_LINES + 1)))
    land(function, content)
    invoke(function, message_of(content))
    expected, ids = dict(function.S3.objects), set(event_ids(function))

    class KilledError(BaseException):
        """Nothing catches it, as nothing catches SIGKILL."""

    function.S3.objects.clear()
    monkeypatch.setattr(function, "KINESIS", FakeKinesis())
    put = function.S3.put_object

    def put_and_die(**named: Any) -> None:
        put(**named)
        raise KilledError

    function.S3.put_object = put_and_die
    with pytest.raises(KilledError):
        invoke(function, message_of(content))
    assert len(function.S3.objects) == 1
    function.S3.put_object = put
    assert invoke(function, message_of(content)) == NONE_FAILED
    assert (function.S3.objects, set(event_ids(function))) == (expected, ids)


def test_a_file_that_takes_longer_is_told_of_again_and_ends_the_same(function: ModuleType) -> None:
    content = log_of(*(log_line(number) for number in range(1, 2 * PART_LINES + 2)))
    land(function, content)
    hasty = Context("log-forwarder", remaining_ms=function.RESERVE_MS - 1)
    message, lines = message_of(content), []
    while message:
        assert invoke(function, message, context=hasty) == NONE_FAILED
        message = {"messageId": "m-2", "body": function.SQS.sent.pop()} if function.SQS.sent else {}
        lines.append(json.loads(message["body"])["resume_at_line"] if message else None)
    assert lines == [PART_LINES + 1, 2 * PART_LINES + 1, None]
    assert len(event_ids(function)) == len(set(event_ids(function))) == 2 * PART_LINES + 1


@pytest.mark.parametrize("line", [0, -1, "7", 1.5])
def test_a_place_to_go_on_that_is_no_line_fails_the_message(function: ModuleType, line: object) -> None:
    content = log_of(log_line())
    land(function, content)
    failed = invoke(function, message_of(content, resume_at_line=line))
    assert failed == {"batchItemFailures": [{"itemIdentifier": "m-1"}]}


def test_a_file_that_was_replaced_is_left_to_its_own_message(function: ModuleType) -> None:
    old, new = log_of(log_line(1)), log_of(log_line(2))
    land(function, new)
    assert etag_of(old) != etag_of(new)
    assert invoke(function, message_of(old), message_of(new, message_id="m-2")) == NONE_FAILED
    assert [event["path"] for event in function.KINESIS.events] == ["/product/2"]


def test_a_folder_made_in_the_console_is_no_file(function: ModuleType) -> None:
    assert invoke(function, message_of(b"", key="web_logs/2015/")) == NONE_FAILED
    assert function.S3.reads == 0


def test_an_empty_batch_is_answered_like_any_other(function: ModuleType) -> None:
    assert invoke(function) == NONE_FAILED


def test_a_key_that_cannot_be_fetched_is_asked_for_again(function: ModuleType) -> None:
    function.SECRETS.failures = 1
    content = log_of(log_line())
    land(function, content)
    assert invoke(function, message_of(content)) == {"batchItemFailures": [{"itemIdentifier": "m-1"}]}
    assert invoke(function, message_of(content)) == NONE_FAILED


def set_aside(function: ModuleType) -> list[dict[str, Any]]:
    """The rows of all objects in quarantine, by file and line."""
    rows = []
    for body in function.S3.objects.values():
        relation = duckdb.from_arrow(read_parquet(io.BytesIO(body)).read_all())
        rows += [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]
    return sorted(rows, key=lambda row: (row["file"], row["line"]))


def test_what_is_set_aside_is_a_table_that_can_be_read(function: ModuleType) -> None:
    land(function, MIXED)
    invoke(function, message_of(MIXED))
    rows = set_aside(function)
    assert len(rows) == 100
    known_by = sha256(f"{KEY}\x0010\0jane@example.com 10".encode()).hexdigest()
    expected = {"row_id": known_by, "source": "web_logs", "file": KEY, "line": 10, "reason": "bad_format"}
    assert {name: rows[0][name] for name in expected} == expected
    assert rows[0]["_file_sha256"] == sha256(MIXED).hexdigest()


def test_two_files_of_the_same_content_have_bad_lines_of_their_own(function: ModuleType) -> None:
    content = log_of(log_line(), "broken")
    keys = ["web_logs/web-1/a.log", "web_logs/web-2/a.log"]
    for key in keys:
        land(function, content, key=key)
        assert invoke(function, message_of(content, key=key)) == NONE_FAILED
    assert len(set(event_ids(function))) == 2
    assert [row["file"] for row in set_aside(function)] == keys
    assert len({row["row_id"] for row in set_aside(function)}) == 2


def test_a_file_that_grew_has_its_earlier_bad_lines_under_the_ids_they_had(function: ModuleType) -> None:
    for content in (log_of("broken", log_line(2)), log_of("broken", log_line(2), "broken", "bent")):
        land(function, content)
        assert invoke(function, message_of(content)) == NONE_FAILED
    assert len(set(event_ids(function))) == 1
    assert {(row["line"], row["row_id"]) for row in set_aside(function)} == {
        (number, sha256(f"{KEY}\0".encode() + f"{number}\0{word}".encode()).hexdigest())
        for number, word in ((1, "broken"), (3, "broken"), (4, "bent"))
    }


def test_a_file_that_was_rewritten_leaves_the_bad_lines_it_had(function: ModuleType) -> None:
    for content in (log_of("broken"), log_of("bent")):
        land(function, content)
        invoke(function, message_of(content))
    assert len({row["row_id"] for row in set_aside(function)}) == 2
