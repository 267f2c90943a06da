"""Personal data in logs: texts in, texts without it out.

Of a line that is set aside, host and user are told by their place.
"""

import re

from shared.text_masking import ALL, CONTACT, TextMask, mark
from shared.tokens import Tokens

MAX_PAYLOAD_BYTES = 10_000
QUERY = re.compile(r"""\?[^\s"]+""")
HEAD = re.compile(r"\A(?P<host>[^\s{]+)(?P<ident> \S+ )(?P<user>\S+)(?= \[)")
FIRST_WORD = re.compile(r"\A[^\s{]*[.:][^\s]*")
USER_MEMBER = re.compile(r"""("[\w.-]*(?:user|name|login)"\s*:\s*)"[^"]*"?""", re.IGNORECASE)


class LogMask:
    """Masks with the tokens of one key."""

    def __init__(self, tokens: Tokens) -> None:
        self._program, self._all = TextMask(CONTACT, tokens), TextMask(ALL, tokens)
        self._ip, self._name = tokens.of("ip"), tokens.of("name")

    def program(self, user_agent: str) -> str:
        """What a program calls itself; some name whom to write to."""
        return self._program(user_agent)

    def line(self, content: bytes) -> str:
        """A line that is set aside, fit to be read, at most 10 kB of it."""
        text = QUERY.sub("?[query]", _head_of(content).decode(errors="replace").replace("\0", ""))
        text = USER_MEMBER.sub(r'\1"[name]"', text)
        text, named = HEAD.subn(self._head, text)
        if not named:
            text = FIRST_WORD.sub(lambda match: mark("ip", self._ip(match[0])), text)
        return self._all(text).encode()[:MAX_PAYLOAD_BYTES].decode(errors="ignore")

    def _head(self, match: re.Match[str]) -> str:
        user = match["user"] if match["user"] == "-" else mark("name", self._name(match["user"]))
        return f"{mark('ip', self._ip(match['host']))}{match['ident']}{user}"


def _head_of(content: bytes) -> bytes:
    """What is looked at, without a last word that is cut in two: half an address would not be found."""
    head = content[:MAX_PAYLOAD_BYTES]
    return head if head == content else head.rpartition(b" ")[0] or head
