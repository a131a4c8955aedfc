"""Remove what was for this list alone, what would have every member answer, and what other lists have written."""

from dataclasses import replace

from mailcore.mail.header_edits import all_fields, without
from maildecide.lists.copy.post import Copy, PostOut

_RECEIPTS = frozenset(
    {
        b"disposition-notification-options",
        b"disposition-notification-to",
        b"generate-delivery-report",
        b"prevent-nondelivery-report",
        b"read-receipt-to",
        b"return-receipt-requested",
        b"return-receipt-to",
        b"x-confirm-reading-to",
        b"x-pmrqc",
    }
)
"""What asks whoever reads it for an answer."""
_SECRETS = frozenset({b"approve", b"approved", b"x-approve", b"x-approved", b"bcc", b"resent-bcc"})
"""What members must not see: passwords of moderators, and others who got it."""
_PASSED = frozenset({b"delivered-to", b"return-path", b"errors-to", b"x-envelope-to"})
"""How it came here, which is no part of what goes out."""
_OF_LISTS = frozenset(
    {
        b"mailing-list",
        b"precedence",
        b"x-list",
        b"x-mail-count",
        b"x-mailing-list",
        b"x-ml-info",
        b"x-ml-name",
        b"x-mlserver",
        b"x-sequence",
    }
)
"""What lists write; `X-Loop` and `X-BeenThere` stay, by which others know their own posts again."""


def apply(copy: Copy, post: PostOut) -> Copy:
    """Remove the fields, and all that begin with `List-`."""
    del post
    names = {field.name for field in all_fields(copy.header)}
    unwanted = names & (_RECEIPTS | _SECRETS | _PASSED | _OF_LISTS)
    unwanted |= {name for name in names if name.startswith(b"list-")}
    return replace(copy, header=without(copy.header, unwanted)) if unwanted else copy
