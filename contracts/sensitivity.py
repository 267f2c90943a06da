"""How much of a person a column can show: what the catalogue is tagged with and who may read it goes by."""

from typing import Literal, get_args

Sensitivity = Literal["none", "token", "personal"]

# From the least to the most.
SENSITIVITIES: tuple[Sensitivity, ...] = get_args(Sensitivity)


def sensitivity_of(classification: str) -> Sensitivity:
    """``pii_<kind>`` and ``personal`` are personal, ``token`` is a token, nothing is none; others are a ValueError."""
    if classification in ("personal", "token"):
        return "personal" if classification == "personal" else "token"
    if classification.startswith("pii_"):
        return "personal"
    if classification:
        raise ValueError(f"unknown classification {classification!r}; there are: pii_<kind>, personal, token, or none")
    return "none"


def most_sensitive(*found: Sensitivity) -> Sensitivity:
    """The strictest of several; of none, ``none``."""
    return max(found, key=SENSITIVITIES.index, default="none")
