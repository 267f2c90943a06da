import inspect
from typing import Any

import pytest

from local.embedded_aws.corrections import CORRECTIONS
from local.embedded_aws.corrections.anchor import (
    ABSENT,
    MOTO_VERSION,
    Anchor,
    Correction,
    CorrectionError,
    check_anchor,
    check_version,
)


class SomethingOfMoto:
    def answer(self) -> int:
        return 42


def test_another_version_of_moto_is_refused_with_the_remedy() -> None:
    with pytest.raises(CorrectionError, match=rf"moto 5\.9\.9 is installed.*{MOTO_VERSION}.*Remedy: .*pipenv sync"):
        check_version("5.9.9")


def test_a_method_that_reads_differently_is_refused_by_the_corrections_name() -> None:
    with pytest.raises(CorrectionError, match=r"correction it_answers mends .*SomethingOfMoto\.answer, .*Remedy: "):
        check_anchor("it_answers", Anchor(SomethingOfMoto, "answer", "000000000000"))


def test_a_method_that_is_gone_is_refused() -> None:
    with pytest.raises(CorrectionError, match="has digest absent, expected 000000000000"):
        check_anchor("it_answers", Anchor(SomethingOfMoto, "gone", "000000000000"))


def test_a_call_that_moto_has_learnt_is_refused_where_a_correction_adds_it() -> None:
    with pytest.raises(CorrectionError, match=f"expected {ABSENT}"):
        check_anchor("it_answers", Anchor(SomethingOfMoto, "answer", ABSENT))


@pytest.mark.parametrize("correction", CORRECTIONS, ids=lambda correction: str(correction.__name__))
def test_every_correction_holds_on_to_the_installed_moto_and_names_its_symptom(correction: Correction) -> None:
    for anchor in CORRECTIONS[correction]:
        check_anchor(correction.__name__, anchor)
    assert (correction.__doc__ or "").startswith("Symptom: ")


def test_every_anchor_belongs_to_a_correction() -> None:
    named = {anchor for anchors in CORRECTIONS.values() for anchor in anchors}
    written: set[Any] = set()
    for correction in CORRECTIONS:
        module = inspect.getmodule(correction)
        written |= {value for value in vars(module).values() if isinstance(value, Anchor)}

    assert written == named
