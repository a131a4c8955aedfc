"""One-time tokens of mailing lists: what confirms, accepts an invitation, or decides for an owner. Pure.

Like passwords: only a digest is stored (`db.list_tokens`). They are signed as well, so that whatever is guessed is
known to be none without a look into the database. Lower-case letters and digits, whatever case a mail client makes of
them.
"""

import hashlib
import hmac
from base64 import b32decode, b32encode
from collections.abc import Sequence

from mailcore.secrets import Secrets

_PURPOSE = "list-tokens"
"""What the keys derive for."""
RANDOM = 12
"""Octets of chance in each."""
_SIGNATURE = 8
LENGTH = (RANDOM + _SIGNATURE) * 8 // 5
"""Characters of each."""


class ListTokens:
    """Makes tokens, and knows them again."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """`keys`: the first signs, all of them verify."""
        self._keys = tuple(keys)

    def new(self, chance: bytes) -> str:
        """Give the token of `RANDOM` octets that nobody can foresee."""
        return b32encode(chance + _signature(self._keys[0], chance)).decode("ascii").lower()

    def digest(self, token: str) -> str | None:
        """Give what is stored of a token; None for one that is not ours."""
        if len(token) != LENGTH:
            return None
        try:
            octets = b32decode(token.upper().encode("ascii"))
        except ValueError:
            return None
        chance, given = octets[:RANDOM], octets[RANDOM:]
        if not any(hmac.compare_digest(_signature(key, chance), given) for key in self._keys):
            return None
        return digest_of(token)


def digest_of(token: str) -> str:
    """Give what is stored of a token that is ours."""
    return hashlib.sha256(token.lower().encode("ascii")).hexdigest()


def list_tokens(secrets: Secrets) -> ListTokens:
    """Give the keys that derive from this system's own."""
    return ListTokens(secrets.keys_for(_PURPOSE))


def _signature(key: bytes, chance: bytes) -> bytes:
    return hmac.digest(key, chance, hashlib.sha256)[:_SIGNATURE]
