"""Who an event is about: the members customer and ip_address in, the columns of a row with tokens in them out."""

from typing import Any

from shared.text_masking import IDENTIFIER, TextMask
from shared.tokens import Tokens

COLUMNS = (
    "customer_id",
    "customer_email_token",
    "customer_phone_token",
    "customer_name_token",
    "ip_address_token",
)
TOKENS = COLUMNS[1:]

Columns = tuple[str | None, str | None, str | None, str | None, str | None]


class CustomerTokens:
    """Makes the columns with one key."""

    def __init__(self, tokens: Tokens) -> None:
        self._email, self._phone, self._name, self._ip = map(tokens.of, ("email", "phone", "name", "ip"))
        self._identifier = TextMask(IDENTIFIER, tokens)

    def of(self, event: Any) -> Columns:
        """The values of `COLUMNS`; None for what is absent, null or empty."""
        customer, ip = event.customer, event.ip_address
        ip_token = self._ip(ip) if ip else None
        if not customer:
            return None, None, None, None, ip_token
        id_, email, phone, name = customer.id, customer.email, customer.phone, customer.name
        if id_ and not id_.isalnum():
            id_ = self._identifier(id_)
        return (
            id_ or None,
            self._email(email) if email else None,
            self._phone(phone) if phone else None,
            self._name(name) if name else None,
            ip_token,
        )
