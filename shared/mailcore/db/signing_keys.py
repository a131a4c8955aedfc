"""The keys that sign, by domain, ready for use: read when mail of a domain first goes out, dropped when they change.

Within a second of a change every replica signs by it. A domain without keys costs one query a minute.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy import RowMapping, bindparam, select

from mailcore.db import tables
from mailcore.db.changes import EVERYTHING, Change, ChangeFeed
from mailcore.db.database import Database
from mailcore.db.dkim_key_kind import DKIM_KEY, seal_place
from mailcore.db.lookup_cache import LookupCache
from mailcore.dkim.keys import SigningKey, read_key
from mailcore.errors import Malformed, SealBroken
from mailcore.seal import Seal

_ACTIVE = (
    select(tables.dkim_key.c.selector, tables.dkim_key.c.algorithm, tables.dkim_key.c.private_key)
    .join(tables.domain, tables.domain.c.id == tables.dkim_key.c.domain_id)
    .where(tables.domain.c.name == bindparam("domain"), tables.dkim_key.c.state == "active")
    # RSA first, which every receiver knows.
    .order_by(tables.dkim_key.c.algorithm.desc())
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DomainKeys:
    """The active keys of a domain."""

    keys: tuple[SigningKey, ...]
    left_out: tuple[str, ...] = ()
    """Selectors of those that cannot be opened."""


class SigningKeys:
    """Looks keys up."""

    def __init__(self, database: Database, feed: ChangeFeed, seal: Seal) -> None:
        self._database = database
        self._seal = seal
        self._keys: LookupCache[DomainKeys] = LookupCache(self._load)
        feed.subscribe(self._hear)

    async def of(self, domain: str) -> DomainKeys | None:
        """Give the keys that sign for `domain` (lower-case A-labels) now; None: it has none. Raises DatabaseAway."""
        return await self._keys.get(domain)

    async def _load(self, domain: str) -> DomainKeys | None:
        async with self._database.read() as connection:
            rows = (await connection.execute(_ACTIVE, {"domain": domain})).mappings().all()
        opened = {row["selector"]: self._opened(domain, row) for row in rows}
        keys = tuple(key for key in opened.values() if key is not None)
        left_out = tuple(selector for selector, key in opened.items() if key is None)
        return DomainKeys(keys, left_out) if rows else None

    def _opened(self, domain: str, row: RowMapping) -> SigningKey | None:
        try:
            private = self._seal.open(row["private_key"], seal_place(domain, row["selector"]))
            return read_key(row["selector"], row["algorithm"], private)
        except (SealBroken, Malformed) as error:
            # The traceback would tell an operator nothing that the reason does not.
            log.error("key_left_out", domain=domain, selector=row["selector"], reason=str(error))  # noqa: TRY400
            return None

    def _hear(self, changes: Sequence[Change]) -> None:
        for change in changes:
            if change.entity == EVERYTHING:
                self._keys.clear()
            elif change.is_about(DKIM_KEY, "domain"):
                self._keys.drop(change.key)
