import pytest

from config import FileFunctionSize


def test_a_message_stays_hidden_for_six_times_the_functions_timeout() -> None:
    assert FileFunctionSize(timeout_seconds=120).visibility_seconds == 720


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"memory_mb": 64}, "memory_mb is 64; AWS allows 128 to 10240"),
        ({"timeout_seconds": 901}, "timeout_seconds is 901; AWS allows 1 to 900"),
        ({"storage_mb": 100}, "storage_mb is 100; AWS allows 512 to 10240"),
        ({"batch_size": 11}, "batch_size is 11; AWS allows 1 to 10"),
        ({"maximum_concurrency": 1}, "maximum_concurrency is 1; AWS allows 2 to 1000"),
        ({"reserved_concurrency": 0}, "reserved_concurrency is 0"),
        ({"reserved_concurrency": 4, "maximum_concurrency": 5}, "reserve as many as the queue may start"),
    ],
)
def test_what_aws_would_refuse_or_wear_out_is_refused_first(wrong: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        FileFunctionSize(**wrong)


def test_nothing_need_be_reserved() -> None:
    assert FileFunctionSize(reserved_concurrency=None, maximum_concurrency=50).maximum_concurrency == 50
