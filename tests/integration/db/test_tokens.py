import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import select
from tests.integration.db.waiting import seconds_until

from mailcore.db.audit_log import AuditLog
from mailcore.db.changes import ChangeFeed
from mailcore.db.database import Database
from mailcore.db.tables import token
from mailcore.db.token_verifier import TokenVerifier
from mailcore.db.tokens import TokenStore
from mailcore.directory.token import TokenFields
from mailcore.errors import Duplicate, Invalid, NotFound

ME = "the operator"


@pytest.fixture
def store(database: Database) -> TokenStore:
    return TokenStore(database)


@pytest.fixture
async def verifier(database: Database, feed: ChangeFeed) -> TokenVerifier:
    made = TokenVerifier(database, feed)
    await feed.start()
    return made


def fields(**values: Any) -> TokenFields:
    return TokenFields.model_validate({"name": "a script", "scopes": ["read"]} | values)


def now() -> datetime:
    return datetime.now(UTC)


async def test_token_that_was_made_is_valid(store: TokenStore, verifier: TokenVerifier) -> None:
    made, plain = await store.create(fields(scopes=["read", "write"]), ME)
    assert made.scopes == {"read", "write"}
    assert await verifier.verify(plain, now()) == made
    for wrong in ("", "x", plain + "x", plain.upper(), "\0", "\udcff"):
        assert await verifier.verify(wrong, now()) is None


async def test_secret_is_stored_nowhere(store: TokenStore, database: Database) -> None:
    _, plain = await store.create(fields(), ME)
    assert plain.startswith("hik_")
    assert len(plain) > 40
    async with database.read() as connection:
        rows = (await connection.execute(select(token))).all()
    assert plain not in repr(rows)
    assert plain not in repr((await AuditLog(database).list(None, 10)).items)


async def test_token_expires(store: TokenStore, verifier: TokenVerifier) -> None:
    end = now() + timedelta(hours=1)
    _, plain = await store.create(fields(expires_at=end), ME)
    assert await verifier.verify(plain, now())
    assert await verifier.verify(plain, end) is None


async def test_revoked_token_stops_within_a_second_in_every_replica(
    store: TokenStore, verifier: TokenVerifier, database: Database
) -> None:
    made, plain = await store.create(fields(), ME)
    assert await verifier.verify(plain, now())
    await store.revoke(made.id, ME)

    async def is_refused() -> bool:
        return await verifier.verify(plain, now()) is None

    assert await seconds_until(is_refused) < 1
    with pytest.raises(NotFound):
        await store.get(made.id)
    entries = (await AuditLog(database).list(None, 10, entity="token")).items
    assert [(entry.action, entry.key) for entry in entries] == [("delete", "a script"), ("create", "a script")]


async def test_use_is_noted_once_a_minute(store: TokenStore, verifier: TokenVerifier) -> None:
    made, plain = await store.create(fields(), ME)
    assert made.last_used_at is None
    began = now()
    for seconds in (0, 30, 59):
        await verifier.verify(plain, began + timedelta(seconds=seconds))
    assert (await store.get(made.id)).last_used_at == began
    await verifier.verify(plain, began + timedelta(seconds=61))
    assert (await store.get(made.id)).last_used_at == began + timedelta(seconds=61)


async def test_name_is_taken_once(store: TokenStore) -> None:
    await store.create(fields(), ME)
    with pytest.raises(Duplicate):
        await store.create(fields(), ME)
    with pytest.raises(Invalid):
        await store.create(fields(name="environment"), ME)


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"name": "a\0b"}, {"name": "x" * 101}, {"scopes": []}, {"scopes": ["all"]}, {"expires_at": "soon"}],
)
def test_wrong_fields_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        fields(**wrong)


@pytest.mark.parametrize("number", [0, -1, 99, 2**63, 2**80])
async def test_token_that_is_not_there_is_not_found(store: TokenStore, number: int) -> None:
    with pytest.raises(NotFound):
        await store.get(number)
    with pytest.raises(NotFound):
        await store.revoke(number, ME)


async def test_list_is_paged(store: TokenStore) -> None:
    for name in "cab":
        await store.create(fields(name=name), ME)
    first = await store.list(None, 2)
    assert [one.name for one in first.items] == ["c", "a"]
    second = await store.list(first.next, 2)
    assert [one.name for one in second.items] == ["b"]
    assert second.next is None


async def test_first_token_is_made_once_by_many_replicas(store: TokenStore, verifier: TokenVerifier) -> None:
    made = [one for one in await asyncio.gather(*(store.ensure_first_token(None) for _ in range(5))) if one]
    assert len(made) == 1
    first = await verifier.verify(made[0], now())
    assert first is not None
    assert first.scopes == {"read", "write", "admin"}
    assert await store.ensure_first_token(None) is None


async def test_token_of_the_environment_replaces_the_one_before(store: TokenStore, verifier: TokenVerifier) -> None:
    old, new = "old token of the environment", "new token of the environment"
    assert await store.ensure_first_token(old) is None
    assert await store.ensure_first_token(old) is None
    assert len((await store.list(None, 10)).items) == 1
    assert await verifier.verify(old, now())
    await store.ensure_first_token(new)

    async def is_replaced() -> bool:
        return await verifier.verify(old, now()) is None and await verifier.verify(new, now()) is not None

    assert await seconds_until(is_replaced) < 1
    assert [one.name for one in (await store.list(None, 10)).items] == ["environment"]


async def test_token_of_the_environment_goes_with_its_variable(store: TokenStore) -> None:
    await store.ensure_first_token("token of the environment")
    assert await store.ensure_first_token(None) is not None
    assert [one.name for one in (await store.list(None, 10)).items] == ["first"]
