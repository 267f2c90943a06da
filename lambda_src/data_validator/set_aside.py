"""A row that is set aside as it may be read: values in, at most 10 kB of text without personal data out.

Values of personal columns stand as tokens; in others e-mail addresses, telephone numbers and IP addresses are found by
their pattern; columns that are not taken are left out. If a source has personal columns, its rows show no more than its
table would: of a date the part that is stored, and of a value that breaks its rule only the length, for it may be the
neighbour's, and which word is a name, nobody can tell. Nor does a row that could not be taken apart into columns.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from data_validator.conversions import Conversion, conversion
from data_validator.file_contract import TakenColumn
from data_validator.registry import Source
from data_validator.row_checks import RejectedRow
from shared.rejection import Rejection
from shared.text_masking import ALL, TextMask, mark
from shared.tokens import Tokens

MAX_BYTES = 10_000


class RowMask:
    """Masks the rows of one source."""

    def __init__(self, source: Source, tokens: Tokens) -> None:
        contract = source.contract
        self._taken, self._is_personal = contract.taken, contract.is_personal
        self._conversions = [conversion(taken, source.format, tokens) for taken in contract.taken]
        self._tokens = {kind: tokens.of(kind) for kind in {taken.token for taken in contract.taken} if kind}
        self._mask = TextMask(ALL, tokens)

    def __call__(self, row: RejectedRow) -> str:
        """The masked text of a row."""
        values = row.values
        if isinstance(values, str):
            text = _length(values) if self._is_personal else self._shown(values)
        else:
            document = self._stored(values) if row.is_stored_form else self._read(values)
            text = json.dumps(document, ensure_ascii=False)
        return text.encode(errors="replace")[:MAX_BYTES].decode(errors="ignore")

    def _stored(self, values: Sequence[Any]) -> Mapping[str, Any]:
        # Personal values are tokens by now.
        pairs = zip(self._taken, values, strict=True)
        return {
            taken.name: self._shown(value) if isinstance(value, str) and not taken.token else value
            for taken, value in pairs
        }

    def _read(self, values: Sequence[Any]) -> Mapping[str, Any]:
        members = zip(self._taken, self._conversions, values, strict=True)
        return {taken.source: self._member(taken, convert, value) for taken, convert, value in members}

    def _member(self, taken: TakenColumn, convert: Conversion, value: Any) -> Any:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, dict | list):
            return f"[{type(value).__name__} of {len(value)}]"
        if taken.token:
            return mark(taken.token, self._tokens[taken.token](str(value).encode(errors="ignore").decode()))
        if self._is_personal:
            try:
                stored = convert(value)
            except Rejection:
                return _length(str(value))
            if taken.date_part:
                return stored
        return self._shown(str(value))

    def _shown(self, text: str) -> str:
        return self._mask(text.replace("\0", "")[:MAX_BYTES])


def _length(text: str) -> str:
    return f"[{len(text)} characters]"
