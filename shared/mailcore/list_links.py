"""Signed tokens in the links that members follow: who they are for, and what for. Nothing is stored. Pure.

A token says that whoever has it got a message that the list sent to that member; it does not expire, since posts are
kept for years, and stops being of use when the member is gone: numbers of members are never used again.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from mailcore.secrets import Secrets

_PURPOSE = "list-links"
"""What the keys derive for."""
LEAVING = "/l/"
"""What stands before a token in the path of a link."""
ANSWERING = "/c/"
"""What stands before a token that is used once (`mailcore.list_tokens`), by which somebody answers the list."""
JOINING = "/s/"
"""What stands before a list's address in the path of the page on which people ask to join."""
_SIGNATURE = 12
_NUMBER = 8


@dataclass(frozen=True, slots=True)
class Link:
    """Whom a link is for."""

    list_id: int
    member: int


class ListLinks:
    """Makes tokens, and knows them again."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """`keys`: the first signs, all of them verify."""
        self._keys = tuple(keys)

    def token(self, link: Link) -> str:
        """Give the token: ASCII letters, digits, `-` and `_`, of one length for all."""
        body = link.list_id.to_bytes(_NUMBER) + link.member.to_bytes(_NUMBER)
        return urlsafe_b64encode(body + _signature(self._keys[0], body)).decode("ascii").rstrip("=")

    def read(self, token: str) -> Link | None:
        """Give whom a token is for; None for one that is not ours."""
        try:
            octets = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
        except ValueError:
            return None
        body, given = octets[: 2 * _NUMBER], octets[2 * _NUMBER :]
        # Only the one spelling, so that nobody keeps links apart that are the same.
        if urlsafe_b64encode(octets).decode("ascii").rstrip("=") != token:
            return None
        if not any(hmac.compare_digest(_signature(key, body), given) for key in self._keys):
            return None
        return Link(int.from_bytes(body[:_NUMBER]), int.from_bytes(body[_NUMBER:]))


def list_links(secrets: Secrets) -> ListLinks:
    """Give the keys that derive from this system's own."""
    return ListLinks(secrets.keys_for(_PURPOSE))


def _signature(key: bytes, body: bytes) -> bytes:
    return hmac.digest(key, body, hashlib.sha256)[:_SIGNATURE]


def unsubscribe_url(public_url: str, token: str) -> str:
    """Give the link by which whom `token` is for leaves the list (RFC 8058)."""
    return f"{public_url.rstrip('/')}{LEAVING}{token}"


def answering_url(public_url: str, token: str, answer: str) -> str:
    """Give the link to the page on which a token is used that a list has sent out; `answer`: what it offers first."""
    return f"{public_url.rstrip('/')}{ANSWERING}{token}?answer={answer}"
