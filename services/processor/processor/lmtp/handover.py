"""Hands copies for accounts' mailboxes to the LMTP server.

Copies of one message that are alike travel in one transaction, with one RCPT and one answer each (RFC 2033 4.2): those
that are asked for in one turn of the event loop, as the effects of a plan are.
"""

import asyncio
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

from processor.lmtp.dialogue import LmtpDialogue
from processor.lmtp.recipient import account_of, with_folder
from processor.lmtp.verdict import may_take_without_folder, trouble
from processor.local_copy import LocalCopy
from processor.outbound.client.answer import Answer

_MOST_AT_ONCE = 16
"""Transactions at once."""
_MOST_RECIPIENTS = 100


@dataclass(slots=True, eq=False)
class _Batch:
    """Copies that are alike, and who waits for each."""

    copies: list[LocalCopy] = field(default_factory=list)
    waiting: list[asyncio.Future[None]] = field(default_factory=list)
    work: asyncio.Task[None] | None = None


class LmtpHandover:
    """Implements `processor.mail_stores.Handover`."""

    def __init__(self, dialogue: LmtpDialogue) -> None:
        self._dialogue = dialogue
        self._slots = asyncio.Semaphore(_MOST_AT_ONCE)
        self._gathering: dict[Hashable, _Batch] = {}
        self._working: set[asyncio.Task[None]] = set()

    async def store(self, copy: LocalCopy) -> None:
        """Hand `copy` over, at least once.

        Raises MailboxAway (MailboxFull, MailboxUnsure), MailboxRefused, and what reading the content raises.
        """
        loop = asyncio.get_running_loop()
        key = (copy.message_id, copy.sender, copy.header, copy.content_key, copy.body_start)
        batch = self._gathering.get(key)
        if batch is None or len(batch.copies) >= _MOST_RECIPIENTS:
            batch = self._gathering[key] = _Batch()
            loop.call_soon(self._begin, key, batch)
        waiter: asyncio.Future[None] = loop.create_future()
        batch.copies.append(copy)
        batch.waiting.append(waiter)
        try:
            await waiter
        except asyncio.CancelledError:
            # Whom nobody waits for any more is not to be stored behind their backs.
            if batch.work is not None and all(one.cancelled() for one in batch.waiting):
                batch.work.cancel()
            raise

    async def close(self) -> None:
        """Drop what is under way, and close connections."""
        for work in self._working:
            work.cancel()
        await asyncio.gather(*self._working, return_exceptions=True)
        await self._dialogue.close()

    def _begin(self, key: Hashable, batch: _Batch) -> None:
        if self._gathering.get(key) is batch:
            del self._gathering[key]
        if all(one.cancelled() for one in batch.waiting):
            return
        batch.work = asyncio.create_task(self._work(batch))
        self._working.add(batch.work)
        batch.work.add_done_callback(self._working.discard)

    async def _work(self, batch: _Batch) -> None:
        try:
            async with self._slots:
                answers = await self._deliver(batch.copies)
        except asyncio.CancelledError:
            for waiter in batch.waiting:
                waiter.cancel()
            raise
        except Exception as error:  # noqa: BLE001 - a boundary: it belongs to whoever waits
            for waiter in batch.waiting:
                _fail(waiter, error)
            return
        for waiter, answer in zip(batch.waiting, answers, strict=True):
            found = trouble(answer)
            if found is not None:
                _fail(waiter, found)
            elif not waiter.done():
                waiter.set_result(None)

    async def _deliver(self, copies: Sequence[LocalCopy]) -> list[Answer]:
        """Send to each with its folder; to the inbox, where the server knows no such address."""
        answers = await self._dialogue.send(copies[0], [with_folder(copy.owner, copy.folder) for copy in copies])
        again = [
            at
            for at, (copy, answer) in enumerate(zip(copies, answers, strict=True))
            if copy.folder and may_take_without_folder(answer)
        ]
        if again:
            plain = await self._dialogue.send(copies[0], [account_of(copies[at].owner) for at in again])
            for at, answer in zip(again, plain, strict=True):
                answers[at] = answer
        return answers


def _fail(waiter: asyncio.Future[None], error: Exception) -> None:
    if not waiter.done():
        waiter.set_exception(error)
