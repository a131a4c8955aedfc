"""Every statement about what is held against members of lists whose mail comes back. Times are seconds since the epoch.

A member's row is locked while it is judged, so that of two reports at once, in whatever replicas, each counts. What
was counted is remembered, so that it counts once.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, bindparam, delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db import audit_log
from mailcore.db.changes import append_change
from mailcore.db.jobs import storable
from mailcore.db.list_cache import MEMBER
from mailcore.db.list_kinds import NOTHING_HELD, taken_back
from mailcore.db.list_readers import digest_columns, numbers_of
from mailcore.db.tables import list_bounce_seen, list_member, mailing_list
from mailcore.directory.list_member import ListMember, member_key
from mailcore.directory.mailing_list import MailingList
from mailcore.errors import NotFound

KEEP_SECONDS = 90 * 86_400.0
"""For how long it is remembered what was counted: far longer than any server keeps a message."""

_MEMBER = list_member.c
_COLUMNS = tuple(_MEMBER[name] for name in ListMember.model_fields)
_BY_ID = (
    select(*_COLUMNS).where(_MEMBER.list_id == bindparam("list_id"), _MEMBER.id == bindparam("of")).with_for_update()
)
_BY_KEY = (
    select(*_COLUMNS).where(_MEMBER.list_id == bindparam("list_id"), _MEMBER.key == bindparam("of")).with_for_update()
)
_CHANGE = update(list_member).where(_MEMBER.id == bindparam("of")).values(version=_MEMBER.version + 1)
_SEE = text("INSERT INTO list_bounce_seen (id, at) VALUES (:id, :at) ON CONFLICT (id) DO NOTHING")


async def by_number(connection: AsyncConnection, list_id: int, number: int) -> ListMember | None:
    """Give the member of that number, locked; None when he is no member any more."""
    return _member((await connection.execute(_BY_ID, {"list_id": list_id, "of": number})).mappings().one_or_none())


async def by_key(connection: AsyncConnection, list_id: int, key: str) -> ListMember | None:
    """Give the member with that key, locked."""
    return _member((await connection.execute(_BY_KEY, {"list_id": list_id, "of": key})).mappings().one_or_none())


async def see(connection: AsyncConnection, fault_id: str, now: float) -> bool:
    """Remember what is to be counted; give False when it has been counted."""
    return bool((await connection.execute(_SEE, {"id": fault_id, "at": now})).rowcount)


async def write(
    connection: AsyncConnection,
    member: ListMember,
    *,
    score: float,
    at: float | None,
    probed_at: float | None,
    why: str,
) -> None:
    """Write down what is held against a member; `why`: what was said last, empty: as before."""
    values = {"bounce_score": score, "bounced_at": _moment(at), "probed_at": _moment(probed_at)}
    await _change(connection, member, values | ({"bounce_reason": storable(why)} if why else {}))


async def suspend(connection: AsyncConnection, owner: MailingList, member: ListMember, author: str) -> None:
    """Send a member nothing more. Writes to the logs, so it comes last in a transaction."""
    changed = {"delivery": "off", "delivery_before": member.delivery, "suspended": True, "probed_at": None}
    # Nor the digest up to where somebody has left digests.
    await _change(connection, member, changed | {"digest_until": None})
    await _note(connection, owner, member, changed, author)


async def forgive(connection: AsyncConnection, owner: MailingList, address: str, author: str) -> None:
    """Forget what is held against a member, who is sent posts again, as before, if that was why he got none.

    Raises NotFound.
    """
    try:
        member = await by_key(connection, owner.id, member_key(address))
    except ValueError:
        member = None
    if member is None:
        raise NotFound(f"there is no {MEMBER} {address}")
    delivery, place = member.delivery, dict[str, Any]()
    if member.suspended:
        delivery = member.delivery_before or "on"
        # The digest goes on with what is new: it had been left when he was suspended.
        left = {"delivery": member.delivery, "digest_until": None}
        place = digest_columns(left, delivery, await numbers_of(connection, owner.id))
    again = {"delivery": delivery, **taken_back(suspended=True)}
    changed = {name: value for name, value in again.items() if value != getattr(member, name)}
    if changed:
        await _change(connection, member, changed | place)
        await _note(connection, owner, member, changed, author)


async def forget_old(connection: AsyncConnection, now: float, least_days: int) -> None:
    """Forget what was counted long ago, and what was held against members whose probes did not come back.

    That is after `least_days`, or after `bounce_decay_days` of the list where those are more.
    """
    await connection.execute(delete(list_bounce_seen).where(list_bounce_seen.c.at < now - KEEP_SECONDS))
    moment = datetime.fromtimestamp(now, UTC)
    found = await connection.execute(
        select(_MEMBER.id, _MEMBER.probed_at, mailing_list.c.bounce_decay_days)
        .join(mailing_list, mailing_list.c.id == _MEMBER.list_id)
        .where(_MEMBER.probed_at < moment - timedelta(days=least_days))
    )
    for number, probed_at, days in found.all():
        if probed_at < moment - timedelta(days=days):
            # Unless something has come meanwhile.
            forgotten = _CHANGE.where(_MEMBER.probed_at == bindparam("was")).values(**NOTHING_HELD)
            await connection.execute(forgotten, {"of": number, "was": probed_at})


async def _change(connection: AsyncConnection, member: ListMember, values: Mapping[str, Any]) -> None:
    # Never earlier than before, whatever a replica's clock says.
    now = max(datetime.now(UTC), member.updated_at)
    await connection.execute(_CHANGE.values(**values, updated_at=now), {"of": member.id})


async def _note(
    connection: AsyncConnection, owner: MailingList, member: ListMember, changed: Mapping[str, Any], author: str
) -> None:
    after = member.model_copy(update=dict(changed))
    await audit_log.record(
        connection,
        author=author,
        action="update",
        entity=MEMBER,
        key=f"{owner.address}/{member.address}",
        before=member.model_dump(mode="json"),
        after=after.model_dump(mode="json"),
    )
    await append_change(connection, MEMBER, owner.address)


def _member(row: RowMapping | None) -> ListMember | None:
    return None if row is None else ListMember.model_validate(dict(row))


def _moment(at: float | None) -> datetime | None:
    return None if at is None else datetime.fromtimestamp(at, UTC)
