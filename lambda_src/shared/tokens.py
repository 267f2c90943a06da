"""Personal data to tokens: a value in, a keyed hash of its normal form out, the same wherever and whenever it appears.

BLAKE2b with a secret key is a message authentication code by itself (RFC 7693, no HMAC around it); the kind of value is
part of the hash, so an e-mail address and a name that are spelled alike have different tokens.
"""

import unicodedata
from collections.abc import Callable, Mapping
from hashlib import blake2b

# 128 bits: with a thousand million values the odds of two sharing a token are below 1 in 10^20.
TOKEN_BYTES = 16
SHORTEST_KEY, LONGEST_KEY = 32, 64
NON_DIGITS = bytes(byte for byte in range(256) if not 0x30 <= byte <= 0x39)

Token = Callable[[str], str | None]


# Normal forms of values that are in Unicode's compatible form (NFKC) already.


def email(value: str) -> str:
    return value.strip().lower()


def phone(value: str) -> str:
    """``+`` and the digits, whatever stood between them; '' without digits."""
    if "(0)" in value:  # the zero of +44 (0)20 is dialled without the country's code only
        value = value.replace("(0)", "")
    digits = value.encode("ascii", "ignore").translate(None, NON_DIGITS).removeprefix(b"00").decode()
    return "+" + digits if digits else ""


def name(value: str) -> str:
    return " ".join(value.split()).casefold()


def ip(value: str) -> str:
    return value.strip().lower()


NORMAL_FORMS: Mapping[str, Callable[[str], str]] = {"email": email, "phone": phone, "name": name, "ip": ip}


class Tokens:
    """Makes the tokens of one key."""

    def __init__(self, key: bytes) -> None:
        if not SHORTEST_KEY <= len(key) <= LONGEST_KEY:
            limits = f"{SHORTEST_KEY} to {LONGEST_KEY}"
            raise ValueError(f"the masking key has {len(key)} bytes, expected {limits}: correct the secret's value")
        self._hashes = {kind: blake2b(key=key, digest_size=TOKEN_BYTES, person=kind.encode()) for kind in NORMAL_FORMS}

    def of(self, kind: str) -> Token:
        """The function from a value of this kind to its token, or to None if nothing of the value is left to hash."""
        start, normal = self._hashes[kind].copy, NORMAL_FORMS[kind]
        is_plain = normal is email or normal is ip  # their form is made in place: a call less for each event

        def token(value: str) -> str | None:
            if not value.isascii():
                value = unicodedata.normalize("NFKC", value)
            form = value.strip().lower() if is_plain else normal(value)
            if not form:
                return None
            keyed = start()  # copying the keyed state saves hashing the key again
            keyed.update(form.encode())
            return keyed.hexdigest()

        return token
