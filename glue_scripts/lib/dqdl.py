"""Rulesets of AWS Glue Data Quality as text (DQDL): what this project writes of the language, and nothing beside it.

The grammar is that of https://github.com/awslabs/dqdl. Left out are composite and dynamic rules, and some types of rule
(`dqdl_rule`): a ruleset with one of these is refused whole.
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from lib.dqdl_rule import Condition, Operand, Rule, Word

KEYWORDS = ("NULL", "EMPTY", "WHITESPACES_ONLY")
COMPARISONS = ("=", "!=", ">", ">=", "<", "<=")
TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|>=|<=|!=|[=<>\[\](),-]|[A-Za-z0-9_.]+)')
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def parse_ruleset(text: str) -> tuple[Rule, ...]:
    """The rules of ``Rules = [...]``; ValueError names the one that is not known."""
    tokens = _Tokens(text)
    for expected in ("Rules", "=", "["):
        tokens.take(expected)
    rules: list[Rule] = []
    while not tokens.ahead("]"):
        if rules:
            tokens.take(",")
        rules.append(_rule(tokens))
    tokens.take("]")
    if not tokens.ahead(""):
        raise tokens.wrong("the end")
    return tuple(rules)


class _Tokens:
    """The words of a text, one after the other; ``""`` is behind the last."""

    def __init__(self, text: str) -> None:
        self._text, self._place = text, 0

    def ahead(self, *wanted: str) -> bool:
        return self._look()[0] in wanted

    def string_ahead(self) -> bool:
        return self._look()[0].startswith('"')

    def take(self, expected: str | None = None) -> str:
        token, end = self._look()
        if expected is not None and token != expected:
            raise self.wrong(expected)
        self._place = end
        return token

    def between(self, start: int) -> str:
        """The text from a place to here."""
        return self._text[start : self._place].strip()

    @property
    def place(self) -> int:
        return self._place

    def wrong(self, expected: str) -> ValueError:
        found = self._text[self._place :].strip()[:40]
        return ValueError(f"ruleset: expected {expected}, found {found!r}")

    def _look(self) -> tuple[str, int]:
        match = TOKEN.match(self._text, self._place)
        if match:
            return match[1], match.end()
        if self._text[self._place :].strip():
            raise self.wrong("a word of DQDL")
        return "", self._place


def _rule(tokens: _Tokens) -> Rule:
    if tokens.ahead("("):
        raise ValueError("ruleset: rules combined by and, or are not evaluated; write them one by one")
    start, type_ = tokens.place, tokens.take()
    names = tuple(_strings(tokens))
    condition = None if tokens.ahead(",", "]", "with", "where") else _condition(tokens)
    threshold = where = None
    if tokens.ahead("with"):
        tokens.take()
        tokens.take("threshold")
        threshold = _condition(tokens)
    if tokens.ahead("where"):
        tokens.take()
        where = _unquoted(tokens)
    text = tokens.between(start)
    return Rule(text=text, type=type_, names=names, condition=condition, threshold=threshold, where=where)


def _strings(tokens: _Tokens) -> Iterator[str]:
    while tokens.string_ahead():
        yield _unquoted(tokens)


def _condition(tokens: _Tokens) -> Condition:
    negated = "not " if tokens.ahead("not") and tokens.take() else ""
    operator = tokens.take()
    if operator == "in":
        return Condition(operator=negated + operator, operands=tuple(_listed(tokens)))
    if operator == "between":
        low = _operand(tokens)
        if not tokens.ahead("and", "AND"):
            raise tokens.wrong("and")
        tokens.take()
        return Condition(operator=negated + operator, operands=(low, _operand(tokens)))
    if operator == "matches":
        return Condition(operator=negated + operator, operands=(_unquoted(tokens),))
    if operator in COMPARISONS and not negated:
        return Condition(operator=operator, operands=(_operand(tokens),))
    raise ValueError(
        f"ruleset: {negated}{operator!r} is no comparison; there are: {', '.join(COMPARISONS)}, in, between, matches"
    )


def _listed(tokens: _Tokens) -> Iterator[Operand]:
    tokens.take("[")
    yield _operand(tokens)
    while tokens.ahead(","):
        tokens.take()
        yield _operand(tokens)
    tokens.take("]")


def _operand(tokens: _Tokens) -> Operand:
    if tokens.string_ahead():
        text = _unquoted(tokens)
        return date.fromisoformat(text) if DAY.fullmatch(text) else text
    if tokens.ahead(*KEYWORDS, *map(str.lower, KEYWORDS)):
        return Word(keyword=tokens.take().upper())
    sign = tokens.take() if tokens.ahead("-") else ""
    number = tokens.take()
    if not re.fullmatch(r"\d+(\.\d+)?", number):
        raise ValueError(f"ruleset: {number!r} is no number, no text in quotes, and none of {', '.join(KEYWORDS)}")
    return Decimal(sign + number)


def _unquoted(tokens: _Tokens) -> str:
    if not tokens.string_ahead():
        raise tokens.wrong("a text in quotes")
    return re.sub(r'\\(["\\])', r"\1", tokens.take()[1:-1])
