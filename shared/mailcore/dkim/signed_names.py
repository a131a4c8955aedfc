"""Which header fields a signature covers: those that say what the message is and who wrote it (RFC 6376 5.4.1). Pure.

A name that stands in `h=` once more than the message has such fields covers their absence: another one that somebody
adds breaks the signature (RFC 6376 5.4.2, 8.15).
"""

from collections import Counter
from collections.abc import Sequence

from mailcore.mail.headers import Field

_ALWAYS_SEALED = (b"from", b"reply-to", b"to", b"cc", b"subject")
"""What a reader is shown: nobody adds one, whether there was one or not."""
_SEALED = (
    b"date", b"message-id", b"sender", b"in-reply-to", b"references",
    b"mime-version", b"content-type", b"content-transfer-encoding", b"content-disposition", b"content-language",
    b"list-id", b"list-unsubscribe", b"list-unsubscribe-post", b"list-help", b"list-post", b"list-subscribe",
    b"list-owner", b"list-archive",
)  # fmt: skip
"""Where there is one, nobody adds another; where there is none, servers on the way and lists may."""
_COVERED = (b"resent-date", b"resent-from", b"resent-sender", b"resent-to", b"resent-cc", b"resent-message-id")
"""Whoever sends it again adds more of these (RFC 5322 3.6.6)."""


def signed_names(fields: Sequence[Field]) -> tuple[bytes, ...]:
    """Give the names for `h=`, lower-case, as often as each is covered."""
    there = Counter(field.name for field in fields)
    names: list[bytes] = []
    for name in _ALWAYS_SEALED:
        names += [name] * (there[name] + 1)
    for name in _SEALED:
        names += [name] * (there[name] + 1 if there[name] else 0)
    for name in _COVERED:
        names += [name] * there[name]
    return tuple(names)
