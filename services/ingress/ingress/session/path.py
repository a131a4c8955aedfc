"""Reverse-path and forward-path (RFC 5321 4.1.2, RFC 6531 3.3) as they stand in MAIL and RCPT."""

import re

from ingress.session.ending import CommandRefused
from mailcore import replies
from mailcore.address import parse_address
from mailcore.replies import Reply

# A source route before the mailbox is ignored (RFC 5321 4.1.1.3), and so is a space after the colon. Brackets may be
# missing, as they are where people and printers speak SMTP.
_MAILBOX = r'"(?:[^"\\]|\\.)*"@[^<>"\s]+|[^<>"\s]'
_PATH = re.compile(rf' *(?:<(?:@[^<>"\s]+:)?({_MAILBOX}*)>|({_MAILBOX}+))(?: +(?!<)(.*))?', re.DOTALL)
_MOST = 254
"""RFC 5321 4.5.3.1.3: 256 octets with the brackets."""


def split_path(text: str, syntax: Reply) -> tuple[str, str]:
    """Give the mailbox without brackets and source route, and the parameters that follow it.

    Raises CommandRefused with `syntax` when no path is there.
    """
    match = _PATH.fullmatch(text)
    if match is None:
        raise CommandRefused(syntax)
    return match[1] if match[2] is None else match[2], match[3] or ""


def check_mailbox(mailbox: str, malformed: Reply, *, smtputf8: bool) -> None:
    """Raise CommandRefused with `malformed` unless `mailbox` is one, or with 553 5.6.7 when it needs SMTPUTF8."""
    try:
        if len(mailbox.encode("utf-8")) > _MOST:
            raise CommandRefused(malformed)
        parse_address(mailbox)
    except ValueError as error:  # octets that are no UTF-8 came as surrogates, which do not encode
        raise CommandRefused(malformed) from error
    if not smtputf8 and not mailbox.isascii():
        raise CommandRefused(replies.SMTPUTF8_NEEDED)
