"""The tokens of the REST API: made, listed, revoked. Stored is only a hash of each.

A token is 32 random octets, so that a plain SHA-256 is as safe as a slow hash and costs nothing per request.
Checking one is in `token_verifier.py`.
"""

import secrets
from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy import RowMapping, delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db import audit_log
from mailcore.db.changes import append_change
from mailcore.db.database import Database
from mailcore.db.failures import is_duplicate
from mailcore.db.locks import lock_table
from mailcore.db.paging import MOST_NUMBER, Page, number_cursor
from mailcore.db.tables import token
from mailcore.directory.token import Token, TokenFields
from mailcore.errors import Conflict, Duplicate, Invalid, NotFound, Problem

ENTITY = "token"
"""What the change log and the audit log call them."""
ENVIRONMENT = "environment"
"""Name of the token that ADMIN_TOKEN is."""
FIRST = "first"
"""Name of the token that is made when there is none."""

_PREFIX = "hik_"
"""Lets secret scanners recognise one that went astray."""
_OWN_COLUMNS = [token.c[name] for name in Token.model_fields]


def hash_of(plain: str) -> str:
    """Give what is stored of a token."""
    return sha256(plain.encode("utf-8", "surrogateescape")).hexdigest()


class TokenStore:
    """Every statement about tokens. Every method raises DatabaseAway."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, fields: TokenFields, author: str) -> tuple[Token, str]:
        """Make a token; give it and its secret, which is never seen again. Raises Duplicate when its name is taken."""
        if fields.name == ENVIRONMENT:
            raise Invalid(Problem(("name",), f"{ENVIRONMENT!r} is the name of the one that ADMIN_TOKEN sets"))
        plain = _new_secret()
        try:
            async with self._database.transaction() as connection:
                return await _insert(connection, fields, plain, author), plain
        except IntegrityError as error:
            if is_duplicate(error):
                raise Duplicate(f"there is already a token called {fields.name!r}") from error
            raise

    async def list(self, cursor: str | None, limit: int) -> Page[Token]:
        """Give the tokens in the order of their making. Raises Invalid for a cursor that no page gave."""
        query = select(*_OWN_COLUMNS).order_by(token.c.id).limit(limit + 1)
        if cursor is not None:
            query = query.where(token.c.id > number_cursor(cursor))
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return Page.of([_token(row) for row in rows], limit, lambda found: str(found.id))

    async def get(self, number: int) -> Token:
        """Give one token. Raises NotFound."""
        async with self._database.read() as connection:
            return await _get(connection, number)

    async def revoke(self, number: int, author: str) -> None:
        """Remove a token; within a second no replica takes it any more.

        Raises NotFound, and Conflict for the last valid one with the scope `admin`: nobody could make another.
        """
        async with self._database.transaction() as connection:
            await lock_table(connection, token)
            doomed = await _get(connection, number)
            await _refuse_last_admin(connection, doomed, datetime.now(UTC))
            await _remove(connection, doomed, author)

    async def ensure_first_token(self, admin_token: str | None) -> str | None:
        """Make sure that somebody can get in, and give the secret of a token made just now, to be printed once.

        With `admin_token` that is the token called `environment`, replacing one that was made of another value, and
        nothing is given. Without it the one called `environment` goes, and `first` is made when no token is left.
        """
        wanted = None if admin_token is None else hash_of(admin_token)
        async with self._database.transaction() as connection:
            await lock_table(connection, token)
            query = select(*_OWN_COLUMNS, token.c.hash).where(token.c.name == ENVIRONMENT)
            row = (await connection.execute(query)).mappings().one_or_none()
            if row is not None and row["hash"] != wanted:
                await _remove(connection, _token(row), ENVIRONMENT)
            if admin_token is not None:
                if row is None or row["hash"] != wanted:
                    await _insert(connection, _full(ENVIRONMENT), admin_token, ENVIRONMENT)
                return None
            if (await connection.execute(select(token.c.id).limit(1))).first() is not None:
                return None
            plain = _new_secret()
            await _insert(connection, _full(FIRST), plain, FIRST)
            return plain


def _new_secret() -> str:
    return _PREFIX + secrets.token_urlsafe(32)


def _full(name: str) -> TokenFields:
    return TokenFields(name=name, scopes=frozenset({"read", "write", "admin"}))


def _token(row: RowMapping) -> Token:
    return Token.model_validate({name: row[name] for name in Token.model_fields})


async def _get(connection: AsyncConnection, number: int) -> Token:
    row = None
    if 0 < number <= MOST_NUMBER:
        row = (await connection.execute(select(*_OWN_COLUMNS).where(token.c.id == number))).mappings().one_or_none()
    if row is None:
        raise NotFound(f"there is no token {number}")
    return _token(row)


async def _refuse_last_admin(connection: AsyncConnection, doomed: Token, now: datetime) -> None:
    if "admin" not in doomed.scopes or not doomed.is_valid(now):
        return
    others = select(*_OWN_COLUMNS).where(token.c.id != doomed.id)
    left = [_token(row) for row in (await connection.execute(others)).mappings()]
    if not any("admin" in other.scopes and other.is_valid(now) for other in left):
        raise Conflict(f"token {doomed.id} is the last one with the scope admin; make another one first")


async def _insert(connection: AsyncConnection, fields: TokenFields, plain: str, author: str) -> Token:
    insertion = insert(token).values(
        name=fields.name,
        hash=hash_of(plain),
        scopes=sorted(fields.scopes),
        created_at=datetime.now(UTC),
        expires_at=fields.expires_at,
    )
    made = _token((await connection.execute(insertion.returning(*_OWN_COLUMNS))).mappings().one())
    await audit_log.record(
        connection,
        author=author,
        action="create",
        entity=ENTITY,
        key=fields.name,
        before=None,
        after=made.model_dump(mode="json"),
    )
    await append_change(connection, ENTITY, fields.name)
    return made


async def _remove(connection: AsyncConnection, removed: Token, author: str) -> None:
    gone = await connection.execute(delete(token).where(token.c.id == removed.id))
    if not gone.rowcount:
        raise NotFound(f"there is no token {removed.id}")
    await audit_log.record(
        connection,
        author=author,
        action="delete",
        entity=ENTITY,
        key=removed.name,
        before=removed.model_dump(mode="json"),
        after=None,
    )
    await append_change(connection, ENTITY, removed.name)
