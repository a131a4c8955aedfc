"""Mail that this system sends to its own SMTP port (row 22), and how the port knows it for what it is.

    XPASS <pass>          the client is this system itself; also said before the greeting. The reply is a challenge
    XREENTRY <sealed>     what the next transaction is, sealed for that challenge

Neither is announced: to everybody else they are commands that are not done here. A pass is good for minutes and opens
nothing but the door; what is sealed is good for one session, and only what is sealed is taken there. The keys derive
from KEY_FILE, so that every processor is known to every ingress, and to nobody else. Pure: keys and time are arguments.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from uuid import UUID

import msgspec

from mailcore.mail.incoming import Client, Marks
from mailcore.secrets import Secrets

PASS = "XPASS"  # noqa: S105 - a command
REENTRY = "XREENTRY"
"""The commands."""
_PURPOSE = "reentry"
"""What the keys derive for."""
_PASS_SECONDS = 600
"""How far the clocks of two hosts may be apart, and how long the way may take."""


class Reentry(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the transaction is that follows: which message it brings, and what was known of that."""

    id: UUID
    """What the transaction is to be called: the same for every try, so that a repeat is known again."""
    root: UUID
    """The message that it came of in the end, by which a mailbox knows whether it has it."""
    parent: UUID
    """The message that it came of, for the trace."""
    client: Client
    """Who brought that one."""
    marks: Marks
    """What was found out about it."""
    added: int = 0
    """Octets that were put above it since its size was judged."""


class ReentryKeys:
    """Makes and knows passes, and what is sealed."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """`keys`: the first signs, all of them verify."""
        self._keys = tuple(keys)

    def pass_at(self, now: float) -> str:
        """Give a pass; `now` in seconds since the epoch."""
        at = str(int(now))
        return f"{at}.{_mac(self._keys[0], b'pass', at.encode())}"

    def is_pass(self, text: str, now: float) -> bool:
        """Whether `text` is a pass that is good now."""
        at, _, mac = text.partition(".")
        if not (at.isascii() and at.isdigit() and len(at) <= 12 and abs(int(at) - now) <= _PASS_SECONDS):  # noqa: PLR2004 - digits of a time
            return False
        return self._is_ours(mac, b"pass", at.encode())

    def sealed(self, reentry: Reentry, challenge: str) -> str:
        """Seal what a transaction is, for the session that gave `challenge`."""
        payload = _encoder.encode(reentry)
        return f"{_text(payload)}.{_mac(self._keys[0], b'reentry', challenge.encode(), payload)}"

    def opened(self, sealed: str, challenge: str) -> Reentry | None:
        """Give what a transaction is; None for what is not ours, or was sealed for another session."""
        text, _, mac = sealed.partition(".")
        try:
            payload = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except ValueError:
            return None
        if not self._is_ours(mac, b"reentry", challenge.encode(), payload):
            return None
        try:
            return _decoder.decode(payload)
        except msgspec.MsgspecError:
            # Sealed by another version of ours.
            return None

    def _is_ours(self, mac: str, *parts: bytes) -> bool:
        given = mac.encode("utf-8", "surrogateescape")
        return any(hmac.compare_digest(_mac(key, *parts).encode("ascii"), given) for key in self._keys)


def reentry_keys(secrets: Secrets) -> ReentryKeys:
    """Give the keys that derive from this system's own."""
    return ReentryKeys(secrets.keys_for(_PURPOSE))


def _mac(key: bytes, *parts: bytes) -> str:
    return _text(hmac.digest(key, b"\0".join(parts), hashlib.sha256))


def _text(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Reentry)
