"""The server's trash as an operator sees it, and what he may do with what lies in it, noted in the audit log."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from math import isfinite

from admin_api.message_octets import octets_of
from mailcore.bus.interface import Bus
from mailcore.bus.topology import INCOMING
from mailcore.content.interface import ContentStore
from mailcore.db import audit_log, content_refs, trash
from mailcore.db.audit_log import Action
from mailcore.db.database import Database
from mailcore.db.paging import Page, bad_cursor
from mailcore.db.trash import TrashEntry
from mailcore.directory.stored import Entity
from mailcore.errors import NotFound
from mailcore.mail.incoming import decode

ENTITY = "trash"
"""What the audit log calls them."""


class TrashedMessage(Entity):
    """A message in the server's trash."""

    id: str
    """Derived from the message."""
    message_id: str
    """The message, as its trace calls it."""
    at: datetime
    """Since when it lies there."""
    reason: str
    """Why it lies there."""
    client_ip: str
    """Who brought it."""
    sender: str
    """The envelope sender; empty for the null sender."""
    recipients: tuple[str, ...]
    """The envelope recipients that it did not reach, and does when it is released."""
    size: int
    """Octets, as it came."""


class Trash:
    """What operators ask of the trash. Every method raises DatabaseAway; most raise NotFound."""

    def __init__(self, database: Database, bus: Bus, content: ContentStore, clock: Callable[[], float]) -> None:
        self._database = database
        self._bus = bus
        self._content = content
        self._clock = clock

    async def list(self, cursor: str | None, limit: int) -> Page[TrashedMessage]:
        """Give what lies there, the newest first. Raises Invalid for a cursor that is none."""
        before = None if cursor is None else _read_cursor(cursor)
        async with self._database.read() as connection:
            found = await trash.page(connection, before=before, limit=limit + 1)
        page = Page.of(found, limit, lambda entry: f"{entry.at!r} {entry.id}")
        return Page(tuple(map(shown, page.items)), page.next)

    async def get(self, entry_id: str) -> TrashedMessage:
        """Give one message."""
        return shown(await self._entry(entry_id))

    async def read(self, entry_id: str) -> AsyncIterator[bytes]:
        """Give the octets of one message as it came. Raises ContentAway and ContentMissing."""
        return octets_of(decode((await self._entry(entry_id)).body).content, self._content)

    async def release(self, entry_id: str, author: str) -> None:
        """Send one message on to its recipients, as if its client were not banned.

        Raises BusAway; the message is then still in the trash, and released all the same if it was taken.
        """
        entry = await self._entry(entry_id)
        if entry.content is not None:
            holder = content_refs.incoming_holder(decode(entry.body).id)
            async with self._database.transaction() as connection:
                await content_refs.add(connection, entry.content, holder, self._clock())
        await self._bus.publish(INCOMING, entry.body, id=entry.message_id)
        await self._empty(entry, author, "update", {"released": True})

    async def purge(self, entry_id: str, author: str) -> None:
        """Remove one message for good."""
        await self._empty(await self._entry(entry_id), author, "delete", None)

    async def purge_all(self, author: str) -> int:
        """Remove all there is for good; give how many messages that were."""
        async with self._database.transaction() as connection:
            count = await trash.empty(connection, None, self._clock())
            if count:
                await audit_log.record(
                    connection,
                    author=author,
                    action="delete",
                    entity=ENTITY,
                    key="*",
                    before={"messages": count},
                    after=None,
                )
        return count

    async def _entry(self, entry_id: str) -> TrashEntry:
        async with self._database.read() as connection:
            entry = await trash.get(connection, entry_id)
        if entry is None:
            raise NotFound(f"there is no message {entry_id} in the trash")
        return entry

    async def _empty(self, entry: TrashEntry, author: str, action: Action, after: dict[str, bool] | None) -> None:
        async with self._database.transaction() as connection:
            if not await trash.empty(connection, entry.id, self._clock()):
                return
            await audit_log.record(
                connection,
                author=author,
                action=action,
                entity=ENTITY,
                key=entry.id,
                before=shown(entry).model_dump(mode="json"),
                after=after,
            )


def shown(entry: TrashEntry) -> TrashedMessage:
    """Give what an operator sees of an entry."""
    return TrashedMessage(
        id=entry.id,
        message_id=entry.message_id,
        at=datetime.fromtimestamp(entry.at, UTC),
        reason=entry.reason,
        client_ip=entry.client_ip,
        sender=entry.sender,
        recipients=entry.recipients,
        size=entry.size,
    )


def _read_cursor(cursor: str) -> tuple[float, str]:
    at, _, entry_id = cursor.partition(" ")
    try:
        read = float(at)
    except ValueError:
        raise bad_cursor() from None
    if not isfinite(read) or f"{read!r} {entry_id}" != cursor:
        raise bad_cursor()
    return read, entry_id
