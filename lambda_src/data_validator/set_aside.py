"""A row that is set aside as it may be read: values in, at most 10 kB of text without personal data out.

Values of personal columns stand as tokens; in others e-mail addresses, telephone numbers and IP addresses are found by
their pattern; columns that are not taken are left out. A row that could not be taken apart into columns shows nothing
of itself if its source has personal ones: which of its words is a name, nobody can tell.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from data_validator.file_contract import FileContract
from data_validator.row_checks import RejectedRow
from shared.text_masking import ALL, TextMask, mark
from shared.tokens import Tokens

MAX_BYTES = 10_000


class RowMask:
    """Masks the rows of one contract."""

    def __init__(self, contract: FileContract, tokens: Tokens) -> None:
        self._taken, self._is_personal = contract.taken, contract.is_personal
        self._tokens = {kind: tokens.of(kind) for kind in {taken.token for taken in contract.taken} if kind}
        self._mask = TextMask(ALL, tokens)

    def __call__(self, row: RejectedRow) -> str:
        """The masked text of a row."""
        values = row.values
        if isinstance(values, str):
            text = f"[{len(values)} characters]" if self._is_personal else self._shown(values)
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
        document: dict[str, Any] = {}
        for taken, value in zip(self._taken, values, strict=True):
            if value is None or isinstance(value, bool):
                document[taken.source] = value
            elif isinstance(value, dict | list):
                document[taken.source] = f"[{type(value).__name__} of {len(value)}]"
            elif taken.token:
                token = self._tokens[taken.token](str(value).encode(errors="ignore").decode())
                document[taken.source] = mark(taken.token, token)
            else:
                document[taken.source] = self._shown(str(value))
        return document

    def _shown(self, text: str) -> str:
        return self._mask(text.replace("\0", "")[:MAX_BYTES])
