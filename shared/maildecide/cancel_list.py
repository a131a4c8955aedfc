"""Whether an account refuses a sender. Asked at RCPT, and for each account that a message reaches."""

from mailcore.directory.account import Account
from maildecide.session.patterns import matches

NULL_SENDER = "<>"
"""The one pattern that matches the null sender."""


def refuses(account: Account, sender: str) -> bool:
    """Whether a pattern of the account matches the envelope sender; `sender` is empty for the null sender."""
    if not sender:
        return NULL_SENDER in account.cancel_list
    return matches(account.cancel_list, sender)
