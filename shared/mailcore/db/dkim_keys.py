"""The keys of a domain over REST: made off the event loop, and active only once DNS has their record."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any

from mailcore.db.database import Database
from mailcore.db.dkim_key_kind import DkimKeyKind
from mailcore.db.entity_store import EntityStore, Versioned
from mailcore.directory.dkim_key import DkimKey, DkimKeyFields, DkimPublication
from mailcore.directory.domain import Domain
from mailcore.dkim.keys import make_key
from mailcore.errors import Conflict
from mailcore.seal import Seal

Look = Callable[[DkimKey], Awaitable[DkimPublication]]
"""Says what DNS has of a key."""


class DkimKeyStore(EntityStore[DkimKeyFields, DkimKey]):
    """Those of one domain. Every method raises DatabaseAway."""

    def __init__(self, database: Database, seal: Seal, look: Look | None, owner: Domain) -> None:
        """`look`: asked before a key becomes active; None: the operator insists."""
        super().__init__(database, DkimKeyKind(owner, seal))
        self._seal = seal
        self._look = look
        self._owner = owner

    async def create(self, fields: DkimKeyFields, author: str) -> Versioned[DkimKey]:
        """Make a key. Raises Duplicate when the selector is taken, Invalid for another state than pending."""
        pair = await asyncio.to_thread(make_key, fields.algorithm)
        kind = DkimKeyKind(self._owner, self._seal, pair=pair)
        return await EntityStore(self._database, kind).create(fields, author)

    async def patch(
        self, key: str, changes: Mapping[str, Any], author: str, if_match: Collection[str] | None = None
    ) -> Versioned[DkimKey]:
        """Change its state. Raises Conflict when it is to sign and DNS has not its record, and what others raise."""
        if changes.get("state") == "active" and self._look is not None:
            await self._refuse_unpublished((await self.get(key)).value, self._look)
        kind = DkimKeyKind(self._owner, self._seal, author=author)
        return await EntityStore(self._database, kind).patch(key, changes, author, if_match)

    @staticmethod
    async def _refuse_unpublished(key: DkimKey, look: Look) -> None:
        if key.state == "active":
            return
        said = await look(key)
        if said.status != "published":
            raise Conflict(f"{key.record.name} does not have the record of the key: {said.reason}")
