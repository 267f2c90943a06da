"""IAM's patterns: ``*`` stands for any text, ``?`` for one letter."""

import re
from functools import cache


@cache
def fits(pattern: str, text: str) -> bool:
    """Whether ``text`` is one of those the pattern stands for; a wildcard in it counts as a letter."""
    wanted = "".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in pattern)
    return re.fullmatch(wanted, text, re.DOTALL) is not None


@cache
def overlap(one: str, other: str) -> bool:
    """Whether some text fits both patterns."""
    if not one or not other:
        return not (one or other).strip("*")
    if one[0] == "*":
        return overlap(one[1:], other) or overlap(one, other[1:])
    if other[0] == "*":
        return overlap(other, one)
    return (one[0] == other[0] or "?" in (one[0], other[0])) and overlap(one[1:], other[1:])


def has_wildcard(text: str) -> bool:
    return "*" in text or "?" in text
