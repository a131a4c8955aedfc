"""Where the copies for local mailboxes go: into Maildirs of our own, or to the server that has the accounts' mailboxes.

The server's own mailboxes, its trash and postmaster's, are Maildirs in either case: no other server knows them.
"""

from typing import Protocol
from uuid import UUID

from mailcore import events
from processor.local_copy import LocalCopy
from processor.mailboxes import LookTwice, Mailboxes


class Handover(Protocol):
    """Another server that has the accounts' mailboxes."""

    async def store(self, copy: LocalCopy) -> None:
        """Hand `copy` over, at least once.

        Raises MailboxAway (MailboxUnsure when it may have it), MailboxRefused, and what reading the content raises.
        """

    async def close(self) -> None:
        """Let go of its connections."""


class MailStores:
    """All local mailboxes."""

    def __init__(self, mailboxes: Mailboxes, handover: Handover | None = None) -> None:
        """`handover`: who has the mailboxes of accounts; None: `mailboxes` has them too."""
        self._mailboxes = mailboxes
        self._handover = handover

    async def store(self, copy: LocalCopy, *, look_twice: LookTwice) -> str:
        """Put `copy` into its mailbox, durably; give the event that says how (`mailcore.events`).

        Raises MailboxAway, MailboxFull and MailboxUnsure among them, MailboxRefused, Malformed for an impossible place,
        DatabaseAway, and what reading the content raises.
        """
        if self._handover is not None and copy.owner:
            await self._handover.store(copy)
            return events.STORED_AGAIN if copy.is_unsure else events.STORED
        is_new = await self._mailboxes.store(copy, look_twice=look_twice)
        return events.STORED if is_new else events.STORED_ALREADY

    async def remove(self, message_id: UUID, mailbox: str) -> None:
        """Remove what a message left in a mailbox of the server. Raises MailboxAway and Malformed."""
        await self._mailboxes.remove(message_id, mailbox)

    async def close(self) -> None:
        """Let the threads end with what they have in hand, and close connections."""
        self._mailboxes.close()
        if self._handover is not None:
            await self._handover.close()
