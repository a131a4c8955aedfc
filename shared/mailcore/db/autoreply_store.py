"""The one autoreply that an account has: put whole, in the place of one that is there. Called by the REST API."""

from collections.abc import Collection

from mailcore.db.database import Database
from mailcore.db.entity_store import EntityStore, Versioned
from mailcore.db.standing_orders import AutoreplyKind
from mailcore.directory.account import Account
from mailcore.directory.autoreply import Autoreply, AutoreplyFields
from mailcore.errors import Changed, NotFound


class AutoreplyStore:
    """That of one account. Every method raises DatabaseAway, and NotFound when the account is gone."""

    def __init__(self, database: Database, owner: Account) -> None:
        self._address = owner.address
        self._store = EntityStore(database, AutoreplyKind(owner))

    async def get(self) -> Versioned[Autoreply]:
        """Give it. Raises NotFound when there is none."""
        return await self._store.get(self._address)

    async def put(
        self, fields: AutoreplyFields, author: str, if_match: Collection[str] | None = None
    ) -> Versioned[Autoreply]:
        """Store it, and give what is stored then. Raises Changed as others do, Duplicate when two make one at once."""
        values = {name: getattr(fields, name) for name in AutoreplyFields.model_fields}
        try:
            return await self._store.patch(self._address, values, author, if_match)
        except NotFound:
            if if_match is not None:
                raise Changed("there is no autoreply any more") from None
        return await self._store.create(fields, author)

    async def delete(self, author: str, if_match: Collection[str] | None = None) -> None:
        """Remove it. Raises NotFound and Changed."""
        await self._store.delete(self._address, author, if_match)
