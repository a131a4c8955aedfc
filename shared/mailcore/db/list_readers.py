"""Who gets digests of a mailing list: the members that have them, and those that left them, up to where they did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.directory.list_digest import DigestReader
from mailcore.directory.list_member import Delivery

# In these words, which are those of the index.
_READS = "(delivery = 'digest' OR digest_until IS NOT NULL)"
_RECEIVES = f"{_READS} AND delivery <> 'off'"
_UNTIL = "CASE WHEN delivery = 'digest' THEN NULL ELSE digest_until END"
_EVERY = text(
    "SELECT key FROM (SELECT key, ROW_NUMBER() OVER (ORDER BY key) AS place FROM list_member"  # noqa: S608 - no value in it
    f" WHERE list_id = :list_id AND {_RECEIVES}) AS placed WHERE place % :size = 0 ORDER BY key"
)
_RANGE = (
    f"SELECT id, key, address, digest_format, digest_number, {_UNTIL} FROM list_member"  # noqa: S608 - no value in it
    f" WHERE list_id = :list_id AND {_RECEIVES} AND key > :after"
)
_RANGE_TO_END = text(f"{_RANGE} ORDER BY key")
_RANGE_UNTIL = text(f"{_RANGE} AND key <= :until ORDER BY key")
_KINDS = text(
    f"SELECT DISTINCT digest_format, digest_number, {_UNTIL} FROM list_member"  # noqa: S608 - no value in it
    f" WHERE list_id = :list_id AND {_RECEIVES} AND digest_number < :last"
)
_ANY = text(f"SELECT 1 FROM list_member WHERE list_id = :list_id AND {_RECEIVES} LIMIT 1")  # noqa: S608 - no value in it
_LEAVE = text("UPDATE list_member SET digest_until = NULL WHERE list_id = :list_id AND digest_until <= :last")
_LAST = text("SELECT number FROM list_sequence WHERE list_id = :list_id")
# On SQLite nobody else writes meanwhile.
_LAST_HELD = {
    "postgresql": text("SELECT number FROM list_sequence WHERE list_id = :list_id FOR SHARE"),
    "sqlite": _LAST,
}
_LATE = 100
"""Posts among which those that are still being sent out are looked for."""
_FIRST_UNSERVED = text(
    "SELECT MIN(number) FROM (SELECT number, state FROM list_post WHERE list_id = :list_id ORDER BY number DESC"
    " LIMIT :late) AS latest WHERE state IN ('accepted', 'open')"
)
_PLACE = text("SELECT digest_number, digest_until FROM list_member WHERE list_id = :list_id AND key = :key")
_MOVE = text(
    "UPDATE list_member SET digest_number = :digest_number, digest_until = :digest_until"
    " WHERE list_id = :list_id AND key = :key"
)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Where a list's posts are."""

    last: int
    """The number of the last one."""
    served: int
    """The number up to which all posts have gone out to everybody who gets them one by one."""


def digest_columns(was: Mapping[Any, Any], delivery: Delivery, numbers: Numbers) -> dict[str, Any]:
    """Give the columns of a member that change with `delivery`.

    Who begins with digests has had the posts before one by one; what is being sent out at that moment comes in the
    digest, though he may have had it: twice is better than not at all. Who leaves them for posts one by one still gets
    the posts up to now in the next digest; who comes back before that goes on where he was.
    """
    if delivery == was["delivery"]:
        return {}
    if delivery == "on":
        return {"digest_until": numbers.last} if was["delivery"] == "digest" else {}
    if delivery == "off" or was["digest_until"] is not None:
        return {"digest_until": None}
    return {"digest_number": numbers.served}


async def hold_numbers(connection: AsyncConnection, list_id: int) -> None:
    """Have no post accepted until the transaction is over.

    Else one that is meanwhile, and sent out, would find a member who leaves digests still among those who get them,
    and come after the last post that he is to get so.
    """
    await connection.execute(_LAST_HELD[connection.dialect.name], {"list_id": list_id})


async def numbers_of(connection: AsyncConnection, list_id: int) -> Numbers:
    """Give where the posts of a list are; what is being sent out is among the last ones."""
    last: int = (await connection.execute(_LAST, {"list_id": list_id})).scalar_one_or_none() or 0
    values = {"list_id": list_id, "late": _LATE}
    first: int | None = (await connection.execute(_FIRST_UNSERVED, values)).scalar_one()
    return Numbers(last, last if first is None else first - 1)


async def are_there(connection: AsyncConnection, list_id: int) -> bool:
    """Whether anybody gets digests of the list."""
    return (await connection.execute(_ANY, {"list_id": list_id})).scalar_one_or_none() is not None


async def kinds(connection: AsyncConnection, list_id: int, last: int) -> list[DigestReader]:
    """Give a reader for each way in which some get posts up to `last`; nobody in particular."""
    rows = await connection.execute(_KINDS, {"list_id": list_id, "last": last})
    return [DigestReader(0, "", "", *row) for row in rows]


async def bounds(connection: AsyncConnection, list_id: int, size: int) -> Sequence[str]:
    """Give the keys of readers at whom ranges of `size` end, the last range apart, which has no end."""
    return (await connection.execute(_EVERY, {"list_id": list_id, "size": size})).scalars().all()


async def readers(connection: AsyncConnection, list_id: int, after: str, until: str | None) -> list[DigestReader]:
    """Give readers with keys after `after` (empty: from the first) up to `until` (None: to the last)."""
    values: dict[str, Any] = {"list_id": list_id, "after": after}
    if until is None:
        rows = await connection.execute(_RANGE_TO_END, values)
    else:
        rows = await connection.execute(_RANGE_UNTIL, values | {"until": until})
    return [DigestReader(*row) for row in rows]


async def have_left(connection: AsyncConnection, list_id: int, last: int) -> None:
    """Note that those who left digests have had the posts up to `last`."""
    await connection.execute(_LEAVE, {"list_id": list_id, "last": last})


async def move(connection: AsyncConnection, list_id: int, old: str, new: str) -> None:
    """Have the member with the key `new` go on where the one with the key `old` is."""
    row = (await connection.execute(_PLACE, {"list_id": list_id, "key": old})).mappings().one_or_none()
    if row is not None:
        await connection.execute(_MOVE, {**row, "list_id": list_id, "key": new})
