"""Personal data in logs: texts in, texts without it out.

Path and referrer lose their query string, which holds what visitors typed in. Of a line that is set aside, host and
user are told by their place.
"""

import re
from urllib.parse import unquote

from shared.text_masking import ALL, CONTACT, SURE, TextMask, mark
from shared.tokens import Tokens

MAX_PAYLOAD_BYTES = 10_000
# Percent signs may be encoded too; nobody encodes more often by accident.
UNQUOTED_TIMES = 3
AFTER_PATH = re.compile(r"[?#]")
USER_IN_URL = re.compile(r"(?<=://)[^/@]*@")
QUERY = re.compile(r"""\?[^\s"]+""")
HEAD = re.compile(r"\A(?P<host>[^\s{]+)(?P<ident> \S+ )(?P<user>\S+)(?= \[)")
FIRST_WORD = re.compile(r"\A[^\s{]*[.:][^\s]*")
USER_MEMBER = re.compile(r"""("[\w.-]*(?:user|name|login)"\s*:\s*)"[^"]*"?""", re.IGNORECASE)


class LogMask:
    """Masks with the tokens of one key."""

    def __init__(self, tokens: Tokens) -> None:
        self._address, self._program, self._all = (TextMask(pattern, tokens) for pattern in (SURE, CONTACT, ALL))
        self._ip, self._name = tokens.of("ip"), tokens.of("name")

    def address(self, url: str) -> str:
        """A path or referrer without query string, fragment, user and what looks personal, encoded or not."""
        bare = USER_IN_URL.sub("", AFTER_PATH.split(url, maxsplit=1)[0])
        form = bare
        for _ in range(UNQUOTED_TIMES):
            if (masked := self._address(form)) != form:
                return masked
            if (plain := unquote(form)) == form:
                break
            form = plain
        return bare

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
