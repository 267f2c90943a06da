"""Policies that hide in strings: plain JSON, or Terraform's `jsonencode`, with references as "${...}" texts."""

import json
import re
from typing import Any

TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:\$\{[^{}]*\}|\\.|[^"\\])*")|(?P<sign>[{}\[\],=:])|(?P<bare>[^\s{}\[\],=:"]+))""",
    re.DOTALL,
)
WORDS = {"true": True, "false": False, "null": None}
ENCODED = re.compile(r"^\$\{jsonencode\((?P<inside>.*)\)\}$", re.DOTALL)


def decoded(text: str) -> Any:
    """What the string stands for; ValueError when it is neither JSON nor a plain `jsonencode`."""
    encoded = ENCODED.match(text.strip())
    if not encoded:
        return json.loads(text)
    tokens = _tokens(encoded["inside"])
    value = _value(tokens)
    if tokens:
        raise ValueError(f"unexpected {tokens[-1]!r} after the end of jsonencode's value")
    return value


def _tokens(text: str) -> list[str]:
    """Backwards, so that the next one is popped."""
    found, position, end = [], 0, len(text.rstrip())
    while position < end:
        match = TOKEN.match(text, position)
        if match is None:
            raise ValueError(f"jsonencode: cannot read {text[position : position + 20]!r}")
        found.append(match[0].strip())
        position = match.end()
    return found[::-1]


def _value(tokens: list[str]) -> Any:
    if not tokens:
        raise ValueError("jsonencode: the value ends too early")
    word = tokens.pop()
    if word == "{":
        return _object(tokens)
    if word == "[":
        return _list(tokens)
    if word.startswith('"'):
        return _text(word)
    if word in "{}[],=:":
        raise ValueError(f"jsonencode: unexpected {word!r}")
    if word in WORDS:
        return WORDS[word]
    # A number, or a reference such as aws_s3_bucket.silver.arn.
    return json.loads(word) if re.fullmatch(r"-?\d+(\.\d+)?", word) else f"${{{word}}}"


def _object(tokens: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    while _next(tokens) != "}":
        key = tokens.pop()
        if tokens and tokens.pop() not in "=:":
            raise ValueError(f"jsonencode: {key} has no value")
        found[_text(key) if key.startswith('"') else key] = _value(tokens)
        _skip_comma(tokens)
    tokens.pop()
    return found


def _list(tokens: list[str]) -> list[Any]:
    found = []
    while _next(tokens) != "]":
        found.append(_value(tokens))
        _skip_comma(tokens)
    tokens.pop()
    return found


def _text(token: str) -> str:
    try:
        text: str = json.loads(token)
    except json.JSONDecodeError:  # quotes inside ${...} are none of JSON's
        return token[1:-1]
    return text


def _next(tokens: list[str]) -> str:
    if not tokens:
        raise ValueError("jsonencode: the value ends too early")
    return tokens[-1]


def _skip_comma(tokens: list[str]) -> None:
    if _next(tokens) == ",":
        tokens.pop()
