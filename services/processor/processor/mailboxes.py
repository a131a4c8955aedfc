"""The local mailboxes: copies in, in a bounded number of threads, streamed when they are large."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import UUID

from mailcore.content.directories import Directories, sync_directory
from mailcore.content.faults import fault_of
from mailcore.content.interface import ContentStore
from mailcore.content.threads import FileThreads
from mailcore.mail.content import InlineContent, StoredContent
from processor.local_copy import LocalCopy
from processor.mailbox_errors import MailboxAway
from processor.mailbox_quota import MailboxQuota, Quotas
from processor.maildir.leftovers import Leftovers
from processor.maildir.name import delivery_key
from processor.maildir.new_mail import NewMail
from processor.maildir.place import Place, place_of
from processor.maildir.search import find_delivery

LookTwice = Callable[[], bool]
"""Whether somebody else may have stored a copy before, or may be about to; asked more than once, the last time late."""

_THREADS = 16
_STREAMS = 4
"""Large messages written at once: each has a piece of 256 KiB in hand."""


class Mailboxes:
    """The Maildirs below `root`."""

    def __init__(self, root: Path, content: ContentStore, clock: Callable[[], float], quotas: Quotas) -> None:
        self._root = root
        self._content = content
        self._clock = clock
        self._quotas = quotas
        self._directories = Directories(root)
        self._leftovers = Leftovers(clock)
        self._threads = FileThreads(_THREADS, "mailbox", _mailbox_away)
        self._streams = asyncio.Semaphore(_STREAMS)

    async def store(self, copy: LocalCopy, *, look_twice: LookTwice) -> bool:
        """Put `copy` into its mailbox, durably; give False when it was there already.

        Where `look_twice` says so the whole mailbox is searched for it.
        Raises MailboxAway, MailboxFull for one, Malformed for an impossible place, DatabaseAway, and what reading the
        content raises.
        """
        mailbox = place_of(self._root, copy.mailbox).mailbox
        order = _Order(copy, await self._quotas.of(copy.account, mailbox), look_twice)
        try:
            if isinstance(copy.content, InlineContent):
                return await self._threads.run(self._store_whole, order, copy.content.octets)
            async with self._streams:
                return await self._store_stream(order, copy.content)
        finally:
            # Also when it was full: sessions need not take what would only wait here.
            self._quotas.note(copy.mailbox, order.quota)

    async def remove(self, message_id: UUID, mailbox: str, folder: str = "") -> None:
        """Remove what a message left in a folder, wherever it has been put since. Raises MailboxAway and Malformed."""
        await self._threads.run(self._remove, message_id, mailbox, folder)

    def close(self) -> None:
        """Let the threads end with what they have in hand."""
        self._threads.close()

    def _remove(self, message_id: UUID, mailbox: str, folder: str) -> None:
        place = place_of(self._root, mailbox, folder)
        for copy in find_delivery(place.mailbox, delivery_key(message_id, mailbox, folder)):
            copy.unlink(missing_ok=True)

    def _store_whole(self, order: "_Order", octets: bytes) -> bool:
        """Store a small copy: one visit to a thread is all it costs."""
        mail = self._begin(order)
        if mail is None:
            return False
        try:
            mail.write(order.copy.head() + octets[order.copy.body_start :])
            return _finish(order, mail)
        except OSError:
            _abort(mail)
            raise

    async def _store_stream(self, order: "_Order", content: StoredContent) -> bool:
        mail = await self._threads.acquire(partial(self._begin, order), _abort)
        if mail is None:
            return False
        try:
            await self._threads.run(mail.write, order.copy.head())
            async for piece in self._content.read(content, order.copy.body_start):
                await self._threads.run(mail.write, piece)
            return await self._threads.run(_finish, order, mail)
        except BaseException:
            with suppress(MailboxAway):
                await asyncio.shield(self._threads.run(mail.abort))
            raise

    def _begin(self, order: "_Order") -> NewMail | None:
        copy = order.copy
        place = place_of(self._root, copy.mailbox, copy.folder)
        key = delivery_key(copy.root or copy.message_id, copy.mailbox, copy.folder)
        if order.look_twice() and _is_there(place, key):
            return None
        place.prepare(self._directories)
        self._leftovers.clean(place.tmp)
        if order.quota is not None:
            order.quota.admit(copy.content.size, self._clock())
        return NewMail(place, copy.accepted_at, key)


@dataclass(frozen=True, slots=True)
class _Order:
    """A copy to be stored, and under what circumstances."""

    copy: LocalCopy
    quota: MailboxQuota | None
    look_twice: LookTwice


def _finish(order: _Order, mail: NewMail) -> bool:
    is_new = mail.finish(look_twice=order.look_twice)
    if is_new and order.quota is not None:
        # What cannot be noted is counted the next time that it matters; the message is there.
        with suppress(OSError):
            order.quota.add(mail.size)
    return is_new


def _mailbox_away(error: OSError) -> MailboxAway:
    return MailboxAway(str(fault_of(error)))


def _abort(mail: NewMail | None) -> None:
    # What cannot be removed now is a leftover, removed later.
    with suppress(OSError):
        if mail is not None:
            mail.abort()


def _is_there(place: Place, key: str) -> bool:
    copies = find_delivery(place.mailbox, key)
    for copy in copies:
        # Its name may not be durable yet: whoever put it there may have been killed.
        with suppress(FileNotFoundError):
            sync_directory(copy.parent)
    return bool(copies)
