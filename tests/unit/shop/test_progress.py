from io import StringIO

from local.progress import Progress


class Clock:
    """Time that passes when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_a_log_gets_a_plain_line_every_few_seconds_and_one_at_the_end() -> None:
    log, clock = StringIO(), Clock()
    with Progress("sending", total=10_000, stream=log, clock=clock) as progress:
        for _ in range(4):
            clock.now += 2
            progress.advance(2_500)
    assert log.getvalue().splitlines() == [
        "sending: 7,500 of 10,000 (75%) records in 6 s, 1,250/s",
        "sending: 10,000 of 10,000 (100%) records in 8 s, 1,250/s",
    ]


def test_without_a_total_only_the_amount_is_told() -> None:
    log, clock = StringIO(), Clock()
    with Progress("reading", unit="files", stream=log, clock=clock) as progress:
        progress.advance()
    assert log.getvalue() == "reading: 1 files in 0 s\n"
    assert progress.done == 1


def test_a_terminal_gets_a_bar() -> None:
    terminal = Terminal()
    with Progress("sending", total=10, stream=terminal) as progress:
        progress.advance(10)
    assert "10/10" in terminal.getvalue()
    assert "\r" in terminal.getvalue()


def test_work_that_fails_still_tells_how_far_it_got() -> None:
    log = StringIO()
    try:
        with Progress("sending", total=4, stream=log, clock=Clock()) as progress:
            progress.advance(3)
            raise RuntimeError
    except RuntimeError:
        pass
    assert log.getvalue() == "sending: 3 of 4 (75%) records in 0 s\n"
