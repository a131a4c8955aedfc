"""Checking a token on every request, without a query for each."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import bindparam, or_, select, update

from mailcore.db.changes import Change, ChangeFeed
from mailcore.db.database import Database
from mailcore.db.lookup_cache import LookupCache
from mailcore.db.tables import token
from mailcore.db.tokens import ENTITY, hash_of
from mailcore.directory.token import Token
from mailcore.errors import DatabaseAway

_MOST_ENTRIES = 1_000
_USE_NOTED_EVERY = timedelta(minutes=1)

_BY_HASH = select(*(token.c[name] for name in Token.model_fields)).where(token.c.hash == bindparam("hash"))
_NOTE_USE = (
    update(token)
    .where(
        token.c.id == bindparam("number"),
        or_(token.c.last_used_at.is_(None), token.c.last_used_at <= bindparam("before")),
    )
    .values(last_used_at=bindparam("now"))
)

log = structlog.get_logger(__name__)


class TokenVerifier:
    """Knows which tokens are valid, right within a second of every change in any replica."""

    def __init__(self, database: Database, feed: ChangeFeed) -> None:
        self._database = database
        self._tokens: LookupCache[Token] = LookupCache(self._load, most=_MOST_ENTRIES)
        self._noted: dict[int, datetime] = {}
        feed.subscribe(self._hear)

    async def verify(self, plain: str, now: datetime) -> Token | None:
        """Give the token whose secret is `plain`; None when there is none or it has expired. Raises DatabaseAway."""
        found = await self._tokens.get(hash_of(plain))
        if found is None or not found.is_valid(now):
            return None
        await self._note_use(found.id, now)
        return found

    async def _load(self, hashed: str) -> Token | None:
        async with self._database.read() as connection:
            row = (await connection.execute(_BY_HASH, {"hash": hashed})).mappings().one_or_none()
        return None if row is None else Token.model_validate(dict(row))

    async def _note_use(self, number: int, now: datetime) -> None:
        noted = self._noted.get(number)
        if noted is not None and now - noted < _USE_NOTED_EVERY:
            return
        self._noted[number] = now
        try:
            async with self._database.transaction() as connection:
                values = {"number": number, "now": now, "before": now - _USE_NOTED_EVERY}
                await connection.execute(_NOTE_USE, values)
        except DatabaseAway as error:
            # Whether the request itself can be answered is for its endpoint to find out.
            log.warning("token_use_not_noted", token=number, reason=str(error))

    def _hear(self, changes: Sequence[Change]) -> None:
        # By name, and kept by hash: there are few, so all are read again.
        if any(change.is_about(ENTITY) for change in changes):
            self._tokens.clear()
            self._noted.clear()
