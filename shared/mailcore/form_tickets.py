"""Signed tickets in the forms of pages that anybody may see: who sends one was shown the page lately, and by us. Pure.

So no other site can have its visitors send the form, each from an address of his own, and have us write to many.
Nothing is stored.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence

from mailcore.secrets import Secrets

_PURPOSE = "form-tickets"
"""What the keys derive for."""
GOOD_SECONDS = 7200
"""For how long a page may stay open."""
_SKEW_SECONDS = 300
"""By how much clocks of replicas may differ."""
_TIME = 6
_SIGNATURE = 12


class FormTickets:
    """Makes tickets, and knows them again."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """`keys`: the first signs, all of them verify."""
        self._keys = tuple(keys)

    def new(self, what: str, now: float) -> str:
        """Give a ticket for `what`: which form is shown, and to whom. `now`: seconds since the epoch."""
        time = int(now).to_bytes(_TIME)
        return urlsafe_b64encode(time + _signature(self._keys[0], time, what)).decode("ascii")

    def is_good(self, ticket: str, what: str, now: float) -> bool:
        """Whether it was made for that, and not long ago."""
        try:
            octets = urlsafe_b64decode(ticket.encode("ascii"))
        except ValueError:
            return False
        time, given = octets[:_TIME], octets[_TIME:]
        if not any(hmac.compare_digest(_signature(key, time, what), given) for key in self._keys):
            return False
        return -_SKEW_SECONDS <= now - int.from_bytes(time) <= GOOD_SECONDS


def form_tickets(secrets: Secrets) -> FormTickets:
    """Give the keys that derive from this system's own."""
    return FormTickets(secrets.keys_for(_PURPOSE))


def _signature(key: bytes, time: bytes, what: str) -> bytes:
    return hmac.digest(key, time + what.encode(), hashlib.sha256)[:_SIGNATURE]
