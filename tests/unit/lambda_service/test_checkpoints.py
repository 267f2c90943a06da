"""What survives a crash."""

from pathlib import Path

from local.lambda_service.atomic_file import write_atomically
from local.lambda_service.checkpoints import Checkpoint, CheckpointStore, Start
from local.lambda_service.tally import Tally, tally_from, total


def test_a_checkpoint_is_read_as_it_was_written(tmp_path: Path) -> None:
    checkpoint = Checkpoint(sequence_number="4959", finished=True, tally=Tally(records_delivered=7, discarded=1))
    CheckpointStore(tmp_path, "u-1").write("shard-1", checkpoint)
    assert CheckpointStore(tmp_path, "u-1").read("shard-1") == checkpoint
    assert (tmp_path / "event_source_mappings" / "u-1" / "shard-1.json").is_file()


def test_a_shard_never_read_has_an_empty_checkpoint(tmp_path: Path) -> None:
    assert CheckpointStore(tmp_path, "u-1").read("shard-1") == Checkpoint()


def test_writing_leaves_no_other_files(tmp_path: Path) -> None:
    for text in (b"old", b"new"):
        write_atomically(tmp_path / "f.json", text)
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("f.json", b"new")]


def test_latest_is_fixed_at_the_first_start_so_that_a_crash_skips_nothing(tmp_path: Path) -> None:
    first = CheckpointStore(tmp_path, "u-1").note_start("LATEST", 0.0)
    again = CheckpointStore(tmp_path, "u-1").note_start("LATEST", 0.0)
    assert first.kind == "AT_TIMESTAMP"
    assert first.timestamp > 0
    assert again == first


def test_the_other_starting_positions_stay_what_they_are(tmp_path: Path) -> None:
    assert CheckpointStore(tmp_path, "u-1").note_start("TRIM_HORIZON", 0.0) == Start(kind="TRIM_HORIZON")
    at_timestamp = CheckpointStore(tmp_path, "u-2").note_start("AT_TIMESTAMP", 5.0)
    assert at_timestamp == Start(kind="AT_TIMESTAMP", timestamp=5.0)


def test_a_tally_of_an_older_version_counts_as_zero_what_it_does_not_know() -> None:
    assert tally_from({"invocations": 2, "no longer counted": 3}) == Tally(invocations=2)


def test_tallies_add_up() -> None:
    assert total([Tally(invocations=2, retries=1), Tally(invocations=3)]) == Tally(invocations=5, retries=1)
