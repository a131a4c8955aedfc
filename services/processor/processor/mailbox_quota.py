"""The quota of a mailbox at a delivery: whether a message is let in, and what there is afterwards.

Called by `mailboxes` in its threads. Two deliveries at once may both be let in by the last octets; the next one is not.
"""

from pathlib import Path

from mailcore.directory.account import Account
from mailcore.directory.lookup import Directory
from mailcore.directory.usage import Usage
from maildecide.quota import would_pass
from processor.mailbox_errors import MailboxFull
from processor.maildir import size_file, tally
from processor.usage_book import UsageBook

STALE_AFTER = 15 * 60.0
"""Seconds after which a file that says "full" is not believed without a look, as Dovecot has it."""


class MailboxQuota:
    """What the account's limits say of the mailbox at `mailbox`. Every call raises OSError."""

    def __init__(self, mailbox: Path, account: Account) -> None:
        self.account = account
        self.usage: Usage | None = None
        """What the mailbox holds, once `admit` has looked; None where there is no limit."""
        self._mailbox = mailbox
        self._limits = size_file.first_line(account)

    def admit(self, size: int, now: float) -> None:
        """Look how full the mailbox is. Raises MailboxFull when a message of `size` octets would pass a limit.

        The size is the one that the session judged by, so that what it let pass is not refused here for the few lines
        that were added since. A mailbox that seems full is counted before anybody is refused for it.
        """
        if not self.account.has_quota:
            # What a former quota left would be wrong when there is one again.
            size_file.remove(self._mailbox)
            return
        self.usage = self._look(size, now)
        if would_pass(self.account, self.usage, size):
            raise MailboxFull(
                f"the mailbox of {self.account.address} is full: it holds {self.usage.octets} octets in"
                f" {self.usage.messages} messages"
            )

    def add(self, octets: int) -> None:
        """Note that a message of `octets` on disk has been added."""
        if self.usage is not None:
            size_file.append(self._mailbox, octets, 1)
            self.usage = Usage(self.usage.octets + octets, self.usage.messages + 1)

    def _look(self, size: int, now: float) -> Usage:
        recorded = size_file.read(self._mailbox, self._limits)
        if recorded is not None:
            is_counted = not recorded.changes and now - recorded.written_at < STALE_AFTER
            if is_counted or not would_pass(self.account, recorded.usage, size):
                return recorded.usage
        (self._mailbox / "tmp").mkdir(mode=0o700, parents=True, exist_ok=True)
        return tally.recount(self._mailbox, self._limits)


class Quotas:
    """Whose quota holds for a mailbox, and who hears how full it was found."""

    def __init__(self, directory: Directory, book: UsageBook) -> None:
        self._directory = directory
        self._book = book

    async def of(self, address: str, mailbox: Path) -> MailboxQuota | None:
        """Give the quota of the account `address`, as it is now, for its mailbox. Raises DatabaseAway.

        None for mailboxes that belong to no account, or to one that has gone.
        """
        account = await self._directory.account(address) if address else None
        return None if account is None else MailboxQuota(mailbox, account)

    def note(self, mailbox: str, quota: MailboxQuota | None) -> None:
        """Note what was found in `mailbox`, for sessions to judge by."""
        if quota is not None and quota.usage is not None:
            self._book.note(mailbox, quota.usage)
