from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from sqlalchemy import update
from tests.integration.db.waiting import seconds_until

from mailcore.db.changes import ChangeFeed, append_change
from mailcore.db.database import Database
from mailcore.db.entity_store import EntityStore
from mailcore.db.header_rules import HeaderRuleKind, LiveHeaderRules, read_header_rules
from mailcore.db.kinds import DomainKind
from mailcore.db.tables import header_rule
from mailcore.directory.domain import DomainFields
from mailcore.directory.header_rule import HeaderRule, HeaderRuleFields
from mailcore.errors import Invalid


@pytest.fixture
async def feed(database: Database) -> AsyncIterator[ChangeFeed]:
    """Give a feed that reads."""
    reading = ChangeFeed(database)
    yield reading
    await reading.stop()


def names_of(rules: Sequence[HeaderRule]) -> list[str]:
    return [rule.name for rule in rules]


async def becomes(live: LiveHeaderRules[list[str]], *names: str) -> None:
    async def is_so() -> bool:
        return live.current == list(names)

    await seconds_until(is_so)


def fields(name: str, **changes: Any) -> HeaderRuleFields:
    return HeaderRuleFields.model_validate({"name": name, "actions": [{"kind": "stop"}]} | changes)


async def test_every_replica_has_them_in_their_order(database: Database, feed: ChangeFeed) -> None:
    store = EntityStore(database, HeaderRuleKind())
    await store.create(fields("b"), "test")
    live: LiveHeaderRules[list[str]] = LiveHeaderRules(database, feed, names_of)
    assert live.current == []
    await feed.start()
    assert live.current == ["b"]
    made = await store.create(fields("a", position=1, when=[{"kind": "size"}]), "test")
    await becomes(live, "a", "b")
    await store.patch(str(made.value.id), {"position": 2}, "test")
    await becomes(live, "b", "a")
    await store.delete(str(made.value.id), "test")
    await becomes(live, "b")


async def test_a_stored_rule_that_no_longer_is_one_is_passed_over(database: Database, feed: ChangeFeed) -> None:
    store = EntityStore(database, HeaderRuleKind())
    for name in ("a", "b"):
        await store.create(fields(name), "test")
    live: LiveHeaderRules[list[str]] = LiveHeaderRules(database, feed, names_of)
    await feed.start()
    async with database.transaction() as connection:
        await connection.execute(
            update(header_rule).where(header_rule.c.name == "a").values(actions=[{"kind": "moon"}])
        )
        await append_change(connection, "header_rule", "1")
    await becomes(live, "b")
    async with database.read() as connection:
        assert [rule.name for rule in await read_header_rules(connection)] == ["b"]


async def test_addresses_and_scopes_have_their_stored_form(database: Database) -> None:
    await EntityStore(database, DomainKind()).create(DomainFields(name="example.com"), "test")
    store = EntityStore(database, HeaderRuleKind())
    to = ["POSTMASTER@Example.com", "postmaster@example.com", "Ken@Example.ORG", "a@[192.0.2.1]"]
    made = await store.create(fields("a", scope="EXAMPLE.com", actions=[{"kind": "copy_to", "to": to}]), "test")
    (action,) = made.value.actions
    assert action.model_dump()["to"] == ("postmaster@example.com", "Ken@example.org", "a@[192.0.2.1]")
    assert made.value.scope == "example.com"
    for wrong, loc in (
        ({"scope": "example.net"}, ("scope",)),
        ({"scope": "nobody@example.com"}, ("scope",)),
        ({"actions": [{"kind": "redirect", "to": ["nobody@example.com"]}]}, ("actions", 0, "to", 0)),
    ):
        changes = fields("a", **wrong).model_dump(include=set(wrong))
        with pytest.raises(Invalid) as refused:
            await store.patch(str(made.value.id), changes, "test")
        assert refused.value.problems[0].loc == loc
