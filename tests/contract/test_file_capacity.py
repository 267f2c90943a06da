"""Does a file as large as the data_validator takes fit into its time and memory? Arithmetic over the templates."""

from pathlib import Path

import pytest

from config import ENVIRONMENTS, Environment
from config.function_machine import USUAL_STORAGE_MB
from config.naming import stack_name
from config.validator_size import HELD_SHARE
from config.workload import Workload
from data_validator.keys import ENTRY_BYTES, MAX_ROWS
from tests.support.platform import templates
from tests.support.synthesis import Block

MB = 1024 * 1024
# One core of a function: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
CORE_MB = 1_769
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
VISIBILITY_TIMEOUTS = 6
WANTED_MB = 1_024
# Lines of the ERP's sales, the narrowest of the files that grow: their keys take the most memory and time per byte.
NARROWEST_ROW_BYTES = 45
# Measured with 23 million keys: 755 MB, of which they were 536. What grows takes an eighth more than it holds.
BESIDE_KEYS_MB, ROOM_OF_LISTS = 220, 9 / 8
REPEATED_KEYS_MB = 100
HANDLER = Path(__file__).resolve().parents[2] / "lambda_src" / "data_validator" / "handler.py"


def seconds(max_file_mb: float, memory_mb: int, workload: Workload) -> float:
    """How long the largest file takes with the share of a core there is."""
    return max_file_mb * workload.validator_seconds_per_mb / min(1.0, memory_mb / CORE_MB)


def reserve_seconds(held_mb: float) -> float:
    """What the handler keeps for its writes; read from its text, as importing it asks for its environment."""
    lines = [line.partition(" = ") for line in HANDLER.read_text().splitlines()]
    (reserve,) = [int(value) for name, _, value in lines if name == "RESERVE_MS"]
    (rate,) = [int(value) for name, _, value in lines if name == "WRITTEN_BYTES_PER_MS"]
    return (reserve + held_mb * MB / rate) / 1_000


@pytest.fixture(params=ENVIRONMENTS, ids=lambda env: env.name)
def blocks(request: pytest.FixtureRequest) -> tuple[Block, Block, Block]:
    """The function, its mapping and its queue in one environment's template."""
    env: Environment = request.param
    template = templates()[stack_name(env)]
    ((address, function),) = [
        (address, block)
        for address, block in template.all("aws_lambda_function").items()
        if block["function_name"].endswith("data-validator")
    ]
    (mapping,) = [
        block
        for block in template.all("aws_lambda_event_source_mapping").values()
        if f"aws_lambda_function.{address}." in block["function_name"]
    ]
    (queue,) = [
        block
        for address, block in template.all("aws_sqs_queue").items()
        if f"aws_sqs_queue.{address}." in mapping["event_source_arn"]
    ]
    return function, mapping, queue


def test_a_file_of_a_gigabyte_is_taken_and_done_in_time(blocks: tuple[Block, Block, Block]) -> None:
    function, mapping, _ = blocks
    largest = int(function["environment"]["variables"]["MAX_FILE_MB"])
    assert largest >= WANTED_MB
    files = mapping["batch_size"]
    taken = files * (seconds(largest, function["memory_size"], Workload()) + reserve_seconds(largest * HELD_SHARE))
    assert taken <= function["timeout"]


def test_the_parts_of_the_largest_file_find_room_on_the_functions_disk(blocks: tuple[Block, Block, Block]) -> None:
    function, _, _ = blocks
    storage = function.get("ephemeral_storage", {"size": USUAL_STORAGE_MB})["size"]
    assert storage >= int(function["environment"]["variables"]["MAX_FILE_MB"]) * HELD_SHARE


def test_a_file_is_not_handed_out_again_while_somebody_works_on_it(blocks: tuple[Block, Block, Block]) -> None:
    function, _, queue = blocks
    assert queue["visibility_timeout_seconds"] >= VISIBILITY_TIMEOUTS * function["timeout"]


def test_the_keys_of_the_narrowest_rows_fit_into_memory(blocks: tuple[Block, Block, Block]) -> None:
    function, _, _ = blocks
    assert MAX_ROWS * NARROWEST_ROW_BYTES >= WANTED_MB * MB
    keys_mb = MAX_ROWS * ENTRY_BYTES / MB * ROOM_OF_LISTS
    assert BESIDE_KEYS_MB + keys_mb + REPEATED_KEYS_MB <= 2 / 3 * function["memory_size"]


def test_half_a_core_or_slower_rows_would_not_do() -> None:
    assert seconds(WANTED_MB, 512, Workload()) > 900
    assert seconds(WANTED_MB, CORE_MB, Workload(validator_seconds_per_mb=1)) > 900
