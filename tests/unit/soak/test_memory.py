"""Is memory that grows told from memory that does not?"""

import os

import pytest

from local.soak.memory import Growth, MemorySampler, Sample, growth, processes, sample_of


def samples(*megabytes: float) -> list[Sample]:
    return [
        Sample(records=number * 100_000, service_mb=memory, function_mb=2 * memory)
        for number, memory in enumerate(megabytes, start=1)
    ]


def of_service(sample: Sample) -> float:
    return sample.service_mb


def test_memory_that_grows_with_the_records_has_their_slope() -> None:
    found = growth(samples(50, 100, 102, 104, 106, 108, 110), of_service)
    assert found is not None
    assert found == Growth(first_mb=102, last_mb=110, highest_mb=110, mb_per_100k=found.mb_per_100k)
    assert found.mb_per_100k == pytest.approx(2.0)


def test_memory_that_only_warms_up_is_flat() -> None:
    found = growth(samples(10, 60, 90, 100, 100, 100, 100, 100, 100, 100), of_service)
    assert found is not None
    assert found.mb_per_100k == pytest.approx(0.0, abs=2.5)


@pytest.mark.parametrize("taken", [[], samples(10), [*samples(10), *samples(10)]])
def test_of_too_few_samples_nothing_is_said(taken: list[Sample]) -> None:
    assert growth(taken, of_service) is None


def test_the_largest_function_of_the_service_counts_and_nobody_elses() -> None:
    running = {1: (0, 1.0), 7: (1, 50.0), 8: (7, 90.0), 9: (7, 70.0), 10: (1, 500.0)}
    assert sample_of(7, running, records=3) == Sample(records=3, service_mb=50.0, function_mb=90.0)
    assert sample_of(10, running, records=3) is None
    assert sample_of(11, running, records=3) is None


def test_this_process_is_among_those_of_the_machine() -> None:
    parent, memory = processes()[os.getpid()]
    assert parent == os.getppid()
    assert memory > 1


def test_a_sampler_ends_with_its_block() -> None:
    with MemorySampler(service_pid=lambda: None, settled=lambda: 0) as sampler:
        pass
    assert sampler.samples == []
