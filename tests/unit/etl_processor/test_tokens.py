"""Tokens: the same for the same person, different for everything else, and nothing without the key."""

import subprocess
import sys

import pytest

from shared.tokens import NORMAL_FORMS, Tokens
from tests.unit.etl_processor.etl_events import KEY

TOKENS = Tokens(KEY)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("email", "jane.roe@example.org", "  Jane.Roe@EXAMPLE.org\n"),
        ("email", "jane.roe@example.org", "ｊane.roe＠example.org"),  # noqa: RUF001  full width, as some keyboards write
        ("phone", "+44 20 7946 0958", "0044 (0)20-7946/0958"),
        ("phone", "+442079460958", "tel. +44.20.7946.0958"),
        ("name", "Jane Roe", " JANE \t roe "),
        ("name", "Straße", "STRASSE"),
        ("ip", "2001:DB8::1", " 2001:db8::1 "),
    ],
)
def test_spellings_of_one_value_have_one_token(kind: str, one: str, other: str) -> None:
    assert TOKENS.of(kind)(one) == TOKENS.of(kind)(other)


@pytest.mark.parametrize("kind", NORMAL_FORMS)
def test_different_values_have_different_tokens(kind: str) -> None:
    values = [f"{number}" for number in range(1, 1000)]
    assert len({TOKENS.of(kind)(value) for value in values}) == 999


def test_one_spelling_has_a_different_token_as_email_and_as_name() -> None:
    assert len({TOKENS.of(kind)("+1") for kind in NORMAL_FORMS}) == 4


def test_another_key_gives_other_tokens() -> None:
    assert Tokens(b"x" * 64).of("email")("a@b.c") != TOKENS.of("email")("a@b.c")


@pytest.mark.parametrize(("kind", "value"), [("email", "  "), ("phone", "none"), ("name", "\t"), ("ip", "")])
def test_a_value_without_substance_has_no_token(kind: str, value: str) -> None:
    assert TOKENS.of(kind)(value) is None


def test_a_token_outlives_the_process() -> None:
    code = "from shared.tokens import Tokens; print(Tokens(b'k' * 64).of('email')('jane.roe@example.org'))"
    path = next(entry for entry in sys.path if entry.endswith("lambda_src"))
    done = subprocess.run([sys.executable, "-c", code], cwd=path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == TOKENS.of("email")("jane.roe@example.org")


@pytest.mark.parametrize("length", [0, 31, 65])
def test_a_key_of_the_wrong_length_is_refused_without_being_shown(length: int) -> None:
    with pytest.raises(ValueError, match=f"has {length} bytes, expected 32 to 64") as error:
        Tokens(b"s" * length)
    assert "ss" not in str(error.value)
