"""Whether a message was written by a person to persons. Answers to anything else go round in circles (RFC 3834 2)."""

import re
from collections.abc import Callable

from mailcore.mail.header_edits import all_fields
from maildecide.message.mail import Mail

_LIST = b"list-"
_OTHERS = frozenset(
    {
        b"mailing-list",
        b"x-mailing-list",
        b"x-autoreply",
        b"x-autorespond",
        b"x-autoresponder",
        b"x-failed-recipients",
        b"x-list",
        b"x-mailman-version",
    }
)
"""Fields that only programs write."""
_PRECEDENCES = frozenset({b"bulk", b"list", b"junk", b"auto_reply"})
_SUPPRESSED = frozenset({b"all", b"oof", b"autoreply"})
_SAYING: dict[bytes, Callable[[bytes], bool]] = {
    b"auto-submitted": lambda value: value.partition(b";")[0].strip() not in {b"no", b""},
    b"precedence": _PRECEDENCES.__contains__,
    b"x-auto-response-suppress": lambda value: not _SUPPRESSED.isdisjoint(part.strip() for part in value.split(b",")),
    b"x-spam-flag": lambda value: value == b"yes",
    b"return-path": lambda value: value == b"<>",
    b"content-type": lambda value: value.startswith(b"multipart/report"),
}
"""Fields that programs write with certain values (lower-case)."""
_NOBODY = re.compile(
    r"(?:^|[._+-])(?:no|do[._-]?not|never)[._-]?(?:reply|respond|answer)"
    r"|^(?:mailer|mailer-daemon|daemon|postmaster|listserv|majordomo|mailman|bounces?|uucp)$"
    r"|^(?:owner-|bounces?[._+=-])"
    r"|-(?:owner|request|bounces?|errors|return|relay|confirm)$"
)


def automatic(mail: Mail) -> str | None:
    """Give what says that a program wrote the message or spread it; None where nothing does."""
    for field in all_fields(mail.header):
        value = field.raw.partition(b":")[2].strip().lower()
        if field.name.startswith(_LIST) or field.name in _OTHERS or _says_so(field.name, value):
            return field.name.decode("ascii")
    return None


def is_nobody(local_part: str) -> bool:
    """Whether a sender's local part (folded) says that nobody reads what is sent there."""
    return _NOBODY.search(local_part) is not None


def _says_so(name: bytes, value: bytes) -> bool:
    says = _SAYING.get(name)
    return says is not None and says(value)
