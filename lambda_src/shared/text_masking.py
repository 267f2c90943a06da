"""Personal data in free text: a text in, the same text with e-mail addresses, IP addresses and telephone numbers as
tokens out. Names cannot be told from other words; they are found by the member they stand in.

Programs encode what people type, and some keyboards write it wide. So a text is looked at as a reader would read it;
if nothing personal shows there it stays as it came.

Five patterns: EMAIL, and IDENTIFIER for identifiers, where digits must stay digits unless they are written as only
telephone numbers are; CONTACT for the names of programs, whose versions look like IP addresses; SURE for remarks that
are stored as data, where a product code must stay a product code; ALL for quarantined payloads, where a mark too many
does no harm, and where the user of a URL is one, too. Each takes time linear in the text: every repetition starts at a
word's first character only, or is bounded.
"""

import re
import unicodedata
from urllib.parse import unquote

from shared.tokens import Tokens

# Percent signs may be encoded too; nobody encodes more often by accident.
UNQUOTED_TIMES = 3
_START = r"(?<![\w.+-])"
_EMAIL = r"(?<![\w.+'-])[\w.+'-]+@[\w-]+(?:\.[\w-]+)+"
# Cut off behind the @: quarantined texts are often damaged.
_EMAIL_PIECE = r"(?<![\w.+'-])[\w.+'-]+@[\w.-]*"
# jane:secret of https://jane:secret@example.com
_USER_IN_URL = r"""(?<=://)[^\s/@"']{1,256}(?=@)"""
_IP = "|".join(
    (
        r"(?<![\w.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?!\w|\.[0-9])",
        r"(?<![\w:])(?=:*[0-9A-Fa-f])(?:[0-9A-Fa-f]{0,4}:){3,7}[0-9A-Fa-f]{0,4}(?![\w:])",
    )
)
_PHONE = "|".join(
    (
        rf"{_START}(?:\+|00)[1-9](?:[ ()./-]{{0,3}}\d){{7,14}}(?!\w)",  # +44 (0)20 7946 0958
        rf"{_START}\(?0\d(?:[ ()./-]{{0,3}}\d){{7,10}}(?!\w)",  # 020 7946 0958
        rf"{_START}\(?[2-9]\d\d\)?[ .-]{{1,2}}\d{{3}}[ .-]\d{{4}}(?!\w)",  # (555) 867-5309
    )
)
_SPACED_PHONE = "|".join(
    (
        rf"{_START}\+[1-9](?:[ ()./-]{{0,3}}\d){{7,14}}(?!\w)",
        rf"{_START}(?=[\d()-]{{0,16}} )\(?0\d{{1,5}}\)?(?:[ ()-]{{1,3}}\d{{2,8}}){{1,4}}(?!\w)",
    )
)
_DIGITS = r"(?<![\w.:-])\+?\d{9,15}(?!\w|\.\d)"

EMAIL = re.compile(rf"(?P<email>{_EMAIL})")
IDENTIFIER = re.compile(rf"(?P<email>{_EMAIL})|(?P<phone>{_SPACED_PHONE})")
CONTACT = re.compile(rf"(?P<email>{_EMAIL})|(?P<phone>{_PHONE})")
SURE = re.compile(rf"(?P<email>{_EMAIL})|(?P<ip>{_IP})|(?P<phone>{_PHONE})")
ALL = re.compile(rf"(?P<email>{_EMAIL_PIECE})|(?P<ip>{_IP})|(?P<phone>{_PHONE}|{_DIGITS})|(?P<name>{_USER_IN_URL})")


class TextMask:
    """Masks texts by one of the patterns of this module."""

    def __init__(self, pattern: re.Pattern[str], tokens: Tokens) -> None:
        self._pattern = pattern
        self._tokens = {kind: tokens.of(kind) for kind in pattern.groupindex}

    def __call__(self, text: str) -> str:
        """The text, unchanged if nothing personal shows in it; otherwise as it reads."""
        if "%" in text or not text.isascii():
            plain = _as_read(text)
            if (masked := self._pattern.sub(self._marked, plain)) != plain:
                return masked
        return self._pattern.sub(self._marked, text)

    def _marked(self, match: re.Match[str]) -> str:
        kind = match.lastgroup or ""
        return mark(kind, self._tokens[kind](match[0]))


def _as_read(text: str) -> str:
    """The text without percent encoding, in Unicode's compatible form and without NULs."""
    for _ in range(UNQUOTED_TIMES):
        text = unicodedata.normalize("NFKC", unquote(text))
    return text.replace("\0", "")


def mark(kind: str, token: str | None) -> str:
    """How a token stands in a text: ``[email 5f0c...]``, the same token as in the tables."""
    return f"[{kind} {token}]" if token else f"[{kind}]"
