"""Dead letters as an operator sees them, and what he may do with them, noted in the audit log."""

from collections.abc import Callable
from datetime import UTC, datetime
from math import isfinite

from mailcore.bus.interface import Bus
from mailcore.bus.topology import INCOMING
from mailcore.db import audit_log, dead_letters
from mailcore.db.audit_log import Action
from mailcore.db.database import Database
from mailcore.db.dead_letters import DeadLetter
from mailcore.db.paging import Page, bad_cursor
from mailcore.directory.stored import Entity
from mailcore.errors import Malformed, NotFound
from mailcore.mail import incoming

ENTITY = "dead_letter"
"""What the audit log calls them."""


_PORTION = 100


class ShownLetter(Entity):
    """A message that was given up on."""

    id: str
    """The id under which it is sent through again."""
    at: datetime
    """When it was given up on."""
    queue: str
    """Where it came from."""
    message_id: str | None
    """The message, to look its story up by; null: the body is no message."""
    attempt: int
    """How often it was tried."""
    reason: str
    """Why the last try failed."""
    sender: str | None
    """The envelope sender; empty for the null sender, null when the body is no message."""
    recipients: tuple[str, ...]
    """The envelope's recipients."""
    size: int
    """Octets of the message, or of the body when it is none."""


class DeadLetters:
    """What operators ask of dead letters. Every method raises DatabaseAway; an unknown id is NotFound."""

    def __init__(self, database: Database, bus: Bus, clock: Callable[[], float]) -> None:
        self._database = database
        self._bus = bus
        self._clock = clock

    async def list(self, cursor: str | None, limit: int) -> Page[ShownLetter]:
        """Give the letters, newest first. Raises Invalid for a cursor that no page gave."""
        after = None if cursor is None else _read_cursor(cursor)
        async with self._database.read() as connection:
            found = await dead_letters.page(connection, limit=limit + 1, after=after)
        page = Page[DeadLetter].of(found, limit, lambda letter: f"{letter.at!r} {letter.id}")
        return Page(tuple(shown(letter) for letter in page.items), page.next)

    async def get(self, letter_id: str) -> ShownLetter:
        """Give one letter."""
        async with self._database.read() as connection:
            letter = await dead_letters.get(connection, letter_id)
        if letter is None:
            raise _unknown(letter_id)
        return shown(letter)

    async def replay(self, letter_id: str, author: str) -> None:
        """Send a letter through again. Raises BusAway, and then it is still there."""
        before = await self.get(letter_id)
        if not await dead_letters.replay(self._database, self._bus, letter_id, self._clock()):
            raise _unknown(letter_id)
        await self._note("update", before, author, after={"replayed_to": before.queue})

    async def replay_all(self, author: str) -> int:
        """Send every letter through again that is there by now; give how many. Raises BusAway; the rest is still there.

        One that dies again meanwhile is newer than all of these, and stays.
        """
        count, after = 0, None
        while True:
            async with self._database.read() as connection:
                found = await dead_letters.page(connection, limit=_PORTION, after=after)
            for letter in found:
                # Whoever else has replayed or discarded it has noted that.
                if await dead_letters.replay(self._database, self._bus, letter.id, self._clock()):
                    await self._note("update", shown(letter), author, after={"replayed_to": letter.queue})
                    count += 1
            if len(found) < _PORTION:
                return count
            after = found[-1].at, found[-1].id

    async def discard(self, letter_id: str, author: str) -> None:
        """Remove a letter for good."""
        before = await self.get(letter_id)
        if not await dead_letters.discard(self._database, letter_id, self._clock()):
            raise _unknown(letter_id)
        await self._note("delete", before, author, after=None)

    async def _note(self, action: Action, before: ShownLetter, author: str, after: dict[str, str] | None) -> None:
        async with self._database.transaction() as connection:
            await audit_log.record(
                connection,
                author=author,
                action=action,
                entity=ENTITY,
                key=before.id,
                before=before.model_dump(mode="json"),
                after=after,
            )


def shown(letter: DeadLetter) -> ShownLetter:
    """Give what an operator sees of a letter."""
    mail = _mail_of(letter)
    return ShownLetter(
        id=letter.id,
        at=datetime.fromtimestamp(letter.at, UTC),
        queue=letter.queue,
        message_id=letter.message_id,
        attempt=letter.attempt,
        reason=letter.reason,
        sender=None if mail is None else mail.envelope.sender,
        recipients=() if mail is None else tuple(each.address for each in mail.envelope.recipients),
        size=len(letter.body) if mail is None else mail.size,
    )


def _mail_of(letter: DeadLetter) -> incoming.Incoming | None:
    if letter.queue != INCOMING:
        return None
    try:
        return incoming.decode(letter.body)
    except Malformed:
        # What cannot be read is often why it died.
        return None


def _unknown(letter_id: str) -> NotFound:
    return NotFound(f"there is no dead letter {letter_id}")


def _read_cursor(cursor: str) -> tuple[float, str]:
    at, _, letter_id = cursor.partition(" ")
    try:
        read = float(at)
    except ValueError:
        raise bad_cursor() from None
    if not isfinite(read) or f"{read!r} {letter_id}" != cursor:
        raise bad_cursor()
    return read, letter_id
