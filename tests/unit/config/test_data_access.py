import dataclasses
from typing import Any

import pytest

from config.data_access import ANALYSTS, DASHBOARDS, DataAccess


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "All Analysts"}, "2 to 21 small letters"),
        ({"permission_sets": ()}, "either permission_sets .people. or a service"),
        ({"service": "quicksight.amazonaws.com"}, "not both"),
        ({"permission_sets": ("Analyst *",)}, r"permission set 'Analyst \*' cannot be"),
        ({"permission_sets": (), "service": "quicksight"}, "ends in .amazonaws.com"),
        ({"tables": {"silver": frozenset({"secret"})}}, r"there are: \['none', 'personal', 'token'\]"),
        ({"tables": {"silver": frozenset()}}, "tables of silver"),
    ],
)
def test_a_tier_that_cannot_be_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(ANALYSTS, **change)


def test_two_tiers_cannot_share_a_role() -> None:
    with pytest.raises(ValueError, match="two tiers of one name"):
        DataAccess(tiers=(ANALYSTS, dataclasses.replace(DASHBOARDS, name="analysts")))


def test_somebody_governs() -> None:
    with pytest.raises(ValueError, match="nobody could ever grant"):
        DataAccess(administrators=())
