"""The keys of one domain as they are stored: which state follows which, and what stands against their removal."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db import audit_log, tables
from mailcore.db.entity_kind import EntityKind
from mailcore.directory.dkim_key import REMOVABLE_AFTER_DAYS, DkimKey, DkimKeyFields, DkimRecord
from mailcore.directory.domain import Domain
from mailcore.dkim.keys import Algorithm, KeyPair
from mailcore.dkim.record import record_name, record_text, strings_of, zone_line
from mailcore.errors import Conflict, Invalid, NotFound, Problem
from mailcore.seal import Seal

DKIM_KEY = "dkim_key"
"""What the change log and the audit log call them."""
_KEPT = timedelta(days=REMOVABLE_AFTER_DAYS)
_MOST_NAME = 253
_FOLLOWS = {("pending", "active"), ("active", "retired"), ("retired", "active")}


def seal_place(domain: str, selector: str) -> str:
    """Give the place for which a private key is sealed."""
    return f"dkim {domain} {selector}"


class DkimKeyKind(EntityKind[DkimKeyFields, DkimKey]):
    """The keys of one domain. At most one of each algorithm is active."""

    def __init__(self, owner: Domain, seal: Seal, pair: KeyPair | None = None, author: str = "") -> None:
        """`pair`: the key of one that is made; `author`: who changes them."""
        super().__init__(DKIM_KEY, tables.dkim_key, "selector", DkimKeyFields, DkimKey)
        self._owner = owner
        self._seal = seal
        self._pair = pair
        self._author = author

    @property
    def within(self) -> ColumnElement[bool]:
        """Those of the domain."""
        return tables.dkim_key.c.domain_id == self._owner.id

    def normalise(self, key: str | None) -> str | None:
        """Give lower case; nothing when it is put back to nothing."""
        return None if key is None else key.lower()

    async def begin(self, connection: AsyncConnection) -> None:
        """Let nobody else change keys of the domain meanwhile. Raises NotFound when the domain is gone."""
        query = select(tables.domain.c.id).where(tables.domain.c.id == self._owner.id).with_for_update()
        if (await connection.execute(query)).scalar_one_or_none() is None:
            raise NotFound(f"there is no domain {self._owner.name}")

    async def complete(self, connection: AsyncConnection, columns: dict[str, Any]) -> dict[str, Any]:
        """Add the key, sealed. Raises Invalid for one that is to sign before anybody could verify it."""
        if self._pair is None:
            raise TypeError("nobody made the key")
        if columns["state"] != "pending":
            raise Invalid(Problem(("state",), "A new key is pending: its record is published before it signs"))
        now = datetime.now(UTC)
        selector = columns["selector"] or await self._free_selector(connection, columns["algorithm"], now)
        if len(record_name(selector, self._owner.name)) > _MOST_NAME:
            raise Invalid(Problem(("selector",), f"The record's name would be longer than {_MOST_NAME} octets"))
        return columns | {
            "selector": selector,
            "domain_id": self._owner.id,
            "state_since": now,
            "public_key": self._pair.public,
            "private_key": self._seal.close(self._pair.private, seal_place(self._owner.name, selector)),
        }

    async def adjust(self, connection: AsyncConnection, row: RowMapping, changed: dict[str, Any]) -> dict[str, Any]:
        """Have one state follow another; what becomes active takes the place of what is. Raises Invalid."""
        if "algorithm" in changed:
            raise Invalid(Problem(("algorithm",), "A key cannot be turned into another; make a new one instead"))
        if "state" not in changed:
            return changed
        if (row["state"], changed["state"]) not in _FOLLOWS:
            raise Invalid(Problem(("state",), f"A key that is {row['state']} cannot become {changed['state']}"))
        now = datetime.now(UTC)
        if changed["state"] == "active":
            await self._retire(connection, row["algorithm"], now)
        return changed | {"state_since": now}

    async def before_delete(self, connection: AsyncConnection, row: RowMapping) -> None:
        """Raise Conflict while receivers may need the record."""
        del connection
        if row["state"] == "active":
            raise Conflict(f"{row['selector']} signs; make another key active, or retire it, first")
        removable = _removable_at(row)
        if removable is not None and datetime.now(UTC) < removable:
            until = removable.isoformat(timespec="seconds")
            raise Conflict(f"mail that {row['selector']} has signed may be on its way until {until}")

    def audited_as(self, row: RowMapping) -> str:
        """Name the domain too."""
        return f"{self._owner.name}/{row['selector']}"

    def announced_as(self, row: RowMapping) -> str:
        """Name the domain, with which it is remembered."""
        del row
        return self._owner.name

    def value(self, row: RowMapping) -> DkimKey:
        """Give the key without its private part."""
        name = record_name(row["selector"], self._owner.name)
        text = record_text(row["algorithm"], row["public_key"])
        shown: Mapping[str, Any] = {
            **{field: row[field] for field in DkimKey.model_fields if field in row},
            "domain": self._owner.name,
            "removable_at": _removable_at(row),
            "record": DkimRecord(name=name, value=text, strings=strings_of(text), zone=zone_line(name, text)),
        }
        return DkimKey.model_validate(shown)

    async def _free_selector(self, connection: AsyncConnection, algorithm: Algorithm, now: datetime) -> str:
        wanted = f"{now:%Y%m%d}-{algorithm.partition('-')[0]}"
        taken = select(tables.dkim_key.c.selector).where(self.within)
        known = set((await connection.execute(taken)).scalars())
        number, selector = 1, wanted
        while selector in known:
            number += 1
            selector = f"{wanted}-{number}"
        return selector

    async def _retire(self, connection: AsyncConnection, algorithm: Algorithm, now: datetime) -> None:
        """Retire the key that is active: its change is announced with that of the one that takes its place."""
        table = tables.dkim_key
        its = (self.within, table.c.algorithm == algorithm, table.c.state == "active")
        row = (await connection.execute(select(table).where(*its))).mappings().one_or_none()
        if row is None:
            return
        values = {"state": "retired", "state_since": now, "updated_at": now, "version": row["version"] + 1}
        change = update(table).where(table.c.id == row["id"]).values(values).returning(*table.c)
        after = (await connection.execute(change)).mappings().one()
        await audit_log.record(
            connection,
            author=self._author,
            action="update",
            entity=DKIM_KEY,
            key=self.audited_as(row),
            before=self.value(row).model_dump(mode="json"),
            after=self.value(after).model_dump(mode="json"),
        )


def _removable_at(row: RowMapping) -> datetime | None:
    since: datetime = row["state_since"]
    return since + _KEPT if row["state"] == "retired" else None
