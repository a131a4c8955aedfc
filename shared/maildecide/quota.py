"""Whether a message fits into an account's quota. Asked in the session, from what is known there, and at delivery."""

from mailcore.directory.account import Account
from mailcore.directory.usage import Usage


def would_pass(account: Account, usage: Usage, size: int | None) -> bool:
    """Whether one more message of `size` octets would pass a limit; None, not known yet, counts as the smallest."""
    if account.quota_messages is not None and usage.messages + 1 > account.quota_messages:
        return True
    return account.quota_bytes is not None and usage.octets + max(size or 0, 1) > account.quota_bytes


def room(account: Account, usage: Usage) -> int | None:
    """Give how many octets fit in; None: any number."""
    return None if account.quota_bytes is None else max(account.quota_bytes - usage.octets, 0)
