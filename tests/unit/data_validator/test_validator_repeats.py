"""Rows that share a key, files that come twice, and rules that change in between."""

from pathlib import Path

import pytest

from data_validator.keys import KeyBook
from data_validator.reasons import Refusal
from tests.unit.data_validator.validator_fakes import BRONZE, QUARANTINE, SILVER
from tests.unit.data_validator.visit_files import COLUMNS, csv_file, row, rows, visit_world, visits


def test_of_equal_rows_one_is_kept_and_of_contradicting_ones_the_first(tmp_path: Path) -> None:
    world = visit_world(tmp_path)
    lines = [row(), row(id="2"), row(), row(id="2", note="other"), row(id="3"), row(id="2", note="other")]
    verdict = world.land("visits/a.csv", csv_file(*lines))
    assert [(stored["_source_line"], stored["visit_id"]) for stored in world.rows()] == [(1, 1), (2, 2), (5, 3)]
    assert world.quarantined() == [(4, "repeated_key"), (6, "repeated_key")]
    assert verdict["rows"] == {"read": 6, "bad": 2, "stored": 3, "quarantined": 2, "duplicates": 1}


def test_rows_are_equal_by_what_is_stored_not_by_how_it_was_written(tmp_path: Path) -> None:
    world = visit_world(tmp_path)
    verdict = world.land("visits/a.csv", csv_file(row(amount="$1,234.50 "), row(amount="1234.5", colour="red")))
    assert verdict["rows"]["duplicates"] == 1


@pytest.mark.parametrize("other", ["-1", "-2"])
def test_python_gives_minus_one_and_minus_two_one_hash_but_they_are_two_values(tmp_path: Path, other: str) -> None:
    world = visit_world(tmp_path)
    verdict = world.land("visits/a.csv", csv_file(row(pages="-1"), row(pages=other)))
    assert verdict["rows"]["duplicates"] == (other == "-1")
    assert verdict["reasons"] == ({} if other == "-1" else {"repeated_key": 1})


def test_repeats_are_found_over_the_whole_file(tmp_path: Path) -> None:
    world = visit_world(tmp_path)
    verdict = world.land("visits/a.csv", csv_file(*rows(20_000), row(id="1"), row(id="2", note="late")))
    assert (verdict["rows"]["duplicates"], verdict["reasons"]) == (1, {"repeated_key": 1})
    assert len(world.rows()) == 20_000


def test_contradicting_rows_count_as_bad_ones(tmp_path: Path) -> None:
    world = visit_world(tmp_path, visits(error_threshold=0.1))
    verdict = world.land("visits/a.csv", csv_file(*rows(4), row(id="1", note="other")))
    assert verdict["refused_by"] == "error_share"


def test_without_a_key_equal_rows_are_rows_of_their_own(tmp_path: Path) -> None:
    columns = [{**column, "key": False} for column in COLUMNS]
    world = visit_world(tmp_path, columns=columns)
    assert world.land("visits/a.csv", csv_file(row(), row()))["rows"]["stored"] == 2


def test_more_keys_than_memory_holds_are_a_refusal() -> None:
    book = KeyBook([0], max_rows=10)
    with pytest.raises(Refusal, match="at most 10 rows with a key; split the file"):
        book.note([list(range(11))])
    book = KeyBook([0], max_repeated=3)
    book.note([[1, 2, 3, 4] * 2])
    with pytest.raises(Refusal, match="at most 3 keys that come more than once"):
        book.close()


@pytest.mark.parametrize("key", ["visits/a.csv", "visits/again.csv"])
def test_the_same_content_again_changes_nothing_and_says_so(tmp_path: Path, key: str) -> None:
    world = visit_world(tmp_path)
    body = csv_file(*rows(3), row(code="??"))
    first = world.land("visits/a.csv", body)
    before = {bucket: world.s3.written(bucket) for bucket in (SILVER, QUARANTINE)}
    verdicts = world.s3.verdicts()
    again = world.land(key, body)
    assert {bucket: world.s3.written(bucket) for bucket in (SILVER, QUARANTINE)} == before
    assert world.s3.verdicts() == verdicts
    assert (first["repeat_of"], again["repeat_of"], again["file"]) == (None, "visits/a.csv", key)
    assert (again["rows"]["stored"], again["rows"]["quarantined"]) == (0, 0)


def test_new_content_under_the_same_key_is_a_new_file(tmp_path: Path) -> None:
    world = visit_world(tmp_path)
    first = world.s3.land("visits/a.csv", csv_file(*rows(2)))
    second = world.s3.land("visits/a.csv", csv_file(*rows(3)))
    # Each is read in its own version, also the one that is no longer on top.
    assert [world.validate(arrival)["rows"]["stored"] for arrival in (second, first)] == [3, 2]
    assert len(world.s3.verdicts()) == 2
    assert len(world.rows()) == 5


def test_a_refusal_is_judged_anew_once_the_rules_have_changed(tmp_path: Path) -> None:
    body = csv_file(*rows(4), row(code="??"))
    strict = visit_world(tmp_path / "strict", visits(error_threshold=0))
    assert strict.land("visits/a.csv", body)["outcome"] == "refused"
    lenient = visit_world(tmp_path / "lenient")
    lenient.s3.objects = strict.s3.objects
    verdict = lenient.land("visits/b.csv", body)
    assert (verdict["outcome"], verdict["repeat_of"], verdict["rows"]["stored"]) == ("accepted", None, 4)
    assert [kept["outcome"] for kept in lenient.s3.verdicts()] == ["accepted"]


def test_an_acceptance_stands_also_when_the_rules_have_changed(tmp_path: Path) -> None:
    body = csv_file(*rows(4), row(code="??"))
    lenient = visit_world(tmp_path / "lenient")
    lenient.land("visits/a.csv", body)
    strict = visit_world(tmp_path / "strict", visits(error_threshold=0))
    strict.s3.objects = lenient.s3.objects
    assert strict.land("visits/b.csv", body)["repeat_of"] == "visits/a.csv"


def test_of_two_that_judge_the_same_content_at_once_the_first_verdict_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = visit_world(tmp_path)
    body = csv_file(*rows(3))
    world.land("visits/a.csv", body)
    # The second looked before the first had written its verdict.
    asked = world.validator._lake.verdict
    answers = [None, asked("visits", world.s3.verdicts()[0]["sha256"])]
    monkeypatch.setattr(world.validator._lake, "verdict", lambda *_: answers.pop(0))
    assert world.land("visits/b.csv", body)["repeat_of"] == "visits/a.csv"
    assert len(world.s3.verdicts()) == 1
    assert len(world.rows()) == 3


def test_verdicts_lie_beside_no_file_of_a_source(tmp_path: Path) -> None:
    world = visit_world(tmp_path)
    verdict = world.land("visits/a.csv", csv_file(row()))
    assert set(world.s3.written(BRONZE)) == {"visits/a.csv", f"_verdicts/visits/{verdict['sha256']}.json"}
