"""A record to set aside, made fit to be read: bytes in, at most 10 kB of text without personal data out.

What parses as JSON is masked member by member; anything else as text. Found are: the values of members named like the
contract's personal ones, at any depth; scalars in place of an object with personal members; patterns in any text.
"""

import json
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from msgspec.json import Encoder

from shared.runtime_contract import Column, Contract
from shared.text_masking import ALL, TextMask, mark
from shared.tokens import NORMAL_FORMS, Token, Tokens

MAX_BYTES = 10_000
HALF_PAIRS = re.compile("[\ud800-\udfff]")
JSON_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})")
WIDEST = 2**63


class PayloadMask:
    """Masks the records of one event's contract."""

    def __init__(self, contract: Contract, tokens: Tokens) -> None:
        self._tokens: Mapping[str, Token] = {kind: tokens.of(kind) for kind in NORMAL_FORMS}
        self._patterns = TextMask(ALL, tokens)
        self._kinds = dict(_personal(contract.columns))
        self._members = _member_pattern(self._kinds)
        self._encode = Encoder(decimal_format="number").encode

    def __call__(self, raw: bytes) -> str:
        """The masked text, without half surrogate pairs; bytes that are no UTF-8 are replaced."""
        try:
            text = json.dumps(self._value(json.loads(raw.decode()), None), ensure_ascii=False, default=int)
        except (ValueError, RecursionError):
            text = self._damaged(raw)
        return text.encode()[:MAX_BYTES].decode(errors="ignore")

    def document(self, value: Any) -> str:
        """The masked JSON text, whole, of what `strict_json` parsed: numbers keep their digits."""
        return self._encode(self._value(value, None)).decode()

    def _damaged(self, raw: bytes) -> str:
        # Without its NULs a UTF-16 text reads as text, and escapes could hide what the patterns look for.
        text = raw.decode(errors="replace").replace("\0", "")
        return self._text(JSON_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text))

    def _value(self, value: Any, kind: str | None) -> Any:
        if isinstance(value, dict):
            return {
                self._text(name): self._value(member, self._kind_of(name, member) or kind)
                for name, member in value.items()
            }
        if isinstance(value, list):
            return [self._value(element, kind) for element in value]
        if value is None or isinstance(value, bool):
            return value
        return self._scalar(value, kind)

    def _scalar(self, value: str | float | Decimal, kind: str | None) -> str | float | Decimal:
        text = str(value)
        masked = self._token(kind, text) if kind else self._text(text)
        if masked != text:
            return masked
        # msgspec writes no whole number beyond 64 bits, but any Decimal.
        return Decimal(value) if isinstance(value, int) and not -WIDEST <= value < WIDEST else value

    def _kind_of(self, name: str, member: Any) -> str | None:
        """The kind of a member, also of ``customerEmail`` or ``phone_number``; of an object only if it has one."""
        plain = name.lower().replace("_", "").replace("-", "")
        for known, kind in self._kinds.items():
            if known.replace("_", "") in plain and not (kind is None and isinstance(member, dict)):
                return kind or "name"
        return None

    def _text(self, text: str) -> str:
        whole = HALF_PAIRS.sub("", text)  # half a surrogate pair would part an address in two
        return self._patterns(self._members.sub(self._member, whole))

    def _member(self, match: re.Match[str]) -> str:
        kind = self._kinds[match["name"].lower()] or "name"
        quote = match["quote"] or ""
        value = match["quoted"] if quote else match["bare"]
        return f"{match['head']}{quote}{self._token(kind, value or '')}{quote}"

    def _token(self, kind: str, text: str) -> str:
        return mark(kind, self._tokens[kind](HALF_PAIRS.sub("", text)))


def _personal(columns: Iterable[Column]) -> Iterable[tuple[str, str | None]]:
    """Names of personal members with their kind, and of the objects that hold some with None."""
    for column in columns:
        if column.pii:
            yield column.name, column.pii
        elif any(field.pii for field in column.fields):
            yield from _personal(column.fields)
            yield column.name, None


def _member_pattern(kinds: Mapping[str, str | None]) -> re.Pattern[str]:
    """``"email": "..."`` and its like in text: any quotes or none, escaped ones too, closed or cut off."""
    names = "|".join(map(re.escape, kinds))
    # Possessive (*+): a text of a million blanks must not be tried in a million million ways.
    return re.compile(
        rf"""(?P<head>(?P<name>{names})[\w-]{{0,32}}\\*+["'\]]?\s*+[:=>]\s*+\[?\s*+)"""
        r"""(?:(?P<quote>\\*+["'])(?P<quoted>.*?)(?:(?<!\\)(?P=quote)|\Z)"""
        r"""|(?P<bare>(?!null\b|true\b|false\b)[^\s"'\[\{\\,;&<\}\]][^,;&<"\}\]\n]*))""",
        re.IGNORECASE | re.DOTALL | re.ASCII,  # ASCII: otherwise the dotless i of Turkish would be an i here
    )
