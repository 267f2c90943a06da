"""Addresses of pages: a path or a referrer in, the same without what tells of the visitor out.

Query strings hold what visitors typed in. Fragments do, too: some programs hand names and keys over in them.
"""

import re

from shared.text_masking import SURE, TextMask
from shared.tokens import Tokens

USER = re.compile(r"(?<=://)[^/]*@")


class AddressMask:
    """Masks with the tokens of one key."""

    def __init__(self, tokens: Tokens) -> None:
        self._mask = TextMask(SURE, tokens)

    def __call__(self, address: str) -> str:
        """The address without query string, fragment, user and what looks personal, encoded or not."""
        bare = address.partition("?")[0].partition("#")[0]
        return self._mask(USER.sub("", bare) if "@" in bare else bare)
