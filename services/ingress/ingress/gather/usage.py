"""How full the mailboxes behind a recipient are."""

from typing import Protocol

from mailcore.directory.targets import AccountTarget, Resolution
from mailcore.directory.usage import Usage

_MOST_ASKED = 20
"""Mailboxes behind one recipient that are asked about; with more of them nothing is, and delivery decides."""


class UsageSource(Protocol):
    """Where that is known."""

    async def of(self, mailbox: str, now: float) -> Usage | None:
        """Give what `mailbox` holds; None: not known. Raises DatabaseAway."""


async def usages_of(source: UsageSource, resolution: Resolution, now: float) -> dict[str, Usage]:
    """Give by mailbox how full those are that take mail and have a quota: nothing is asked about the others."""
    known: dict[str, Usage] = {}
    takers = resolution.takers
    for target in takers if len(takers) <= _MOST_ASKED else ():
        if isinstance(target, AccountTarget) and target.account.has_quota:
            usage = await source.of(target.account.mailbox, now)
            if usage is None:
                # Nothing is known of one: then nothing can hold for all, and the others need not be asked.
                return known
            known[target.account.mailbox] = usage
    return known
