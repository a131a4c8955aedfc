"""Access rules are an ordered list that every replica knows within a second."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from mailcore.db.access_rules import AccessRuleKind, LiveAccessRules
from mailcore.db.audit_log import AuditLog
from mailcore.db.changes import ChangeFeed
from mailcore.db.database import Database
from mailcore.db.entity_store import EntityStore
from mailcore.db.tables import access_rule, change_log
from mailcore.directory.access_rule import AccessRule, AccessRuleFields, ReadyRule
from mailcore.directory.client_match import parse_match
from mailcore.errors import Changed, Duplicate, Invalid, NotFound

ME = "the operator"
Store = EntityStore[AccessRuleFields, AccessRule]


@pytest.fixture
def rules(database: Database) -> Store:
    return EntityStore(database, AccessRuleKind(["172.18.0.1", "fd00::1"]))


async def made(rules: Store, match: str, **fields: Any) -> AccessRule:
    return (await rules.create(AccessRuleFields.model_validate({"kind": "ban", "match": match} | fields), ME)).value


async def order(rules: Store) -> list[str]:
    items = (await rules.list(None, 100)).items
    assert [rule.position for rule in items] == list(range(1, len(items) + 1))
    return [rule.match for rule in items]


async def listed(rules: Store, *matches: str) -> dict[str, str]:
    """Make rules in this order; give their keys."""
    return {match: str((await made(rules, match)).id) for match in matches}


A, B, C, D = (f"192.0.2.{number}" for number in range(1, 5))


async def test_a_new_rule_is_the_last_one_unless_it_wants_a_place(rules: Store) -> None:
    await listed(rules, A, B)
    assert (await made(rules, C, position=1)).position == 1
    assert await order(rules) == [C, A, B]
    assert (await made(rules, D, position=1000)).position == 4
    assert await order(rules) == [C, A, B, D]


@pytest.mark.parametrize(
    ("moved", "place", "expected"),
    [
        (A, 1, [A, B, C, D]),
        (A, 2, [B, A, C, D]),
        (A, 4, [B, C, D, A]),
        (A, 1000, [B, C, D, A]),
        (A, None, [B, C, D, A]),
        (D, 1, [D, A, B, C]),
        (C, 2, [A, C, B, D]),
        (B, 3, [A, C, B, D]),
    ],
)
async def test_moving_one_moves_the_others(rules: Store, moved: str, place: int | None, expected: list[str]) -> None:
    keys = await listed(rules, A, B, C, D)
    after = await rules.patch(keys[moved], {"position": place}, ME)
    assert after.value.position == expected.index(moved) + 1
    assert await order(rules) == expected


async def test_whoever_is_moved_by_another_has_changed(rules: Store) -> None:
    keys = await listed(rules, A, B, C)
    before = {match: await rules.get(key) for match, key in keys.items()}
    await rules.patch(keys[B], {"position": 1}, ME)
    with pytest.raises(Changed):
        await rules.patch(keys[A], {"comment": "x"}, ME, [before[A].etag])
    await rules.patch(keys[C], {"comment": "x"}, ME, [before[C].etag])


async def test_what_goes_closes_its_gap(rules: Store) -> None:
    keys = await listed(rules, A, B, C)
    await rules.delete(keys[B], ME)
    assert await order(rules) == [A, C]
    await rules.delete(keys[A], ME)
    assert await order(rules) == [C]


async def test_staying_in_place_changes_nothing(rules: Store, database: Database) -> None:
    keys = await listed(rules, A, B)
    before = await rules.get(keys[B])
    for patch in ({}, {"position": 2}, {"position": 99}, {"match": f"{B}/32"}, {"expires_at": None}, {"comment": None}):
        assert await rules.patch(keys[B], patch, ME) == before
    assert len((await AuditLog(database).list(None, 10, entity="access_rule")).items) == 2


async def test_pages_follow_the_order(rules: Store) -> None:
    matches = [f"192.0.2.{number}" for number in (9, 3, 7, 1, 5)]
    await listed(rules, *matches)
    found: list[str] = []
    cursor, pages = None, 0
    while cursor is not None or pages == 0:
        page = await rules.list(cursor, 2)
        found += [rule.match for rule in page.items]
        cursor, pages = page.next, pages + 1
    assert (found, pages) == (matches, 3)
    with pytest.raises(Invalid):
        await rules.list("nonsense", 2)


async def test_a_search_looks_into_matches_and_comments(rules: Store) -> None:
    await made(rules, A, comment="A flood since March")
    await made(rules, ".example.net")
    for q, found in (("FLOOD", [A]), ("example", [".example.net"]), ("192.0.2", [A]), ("%", []), ("_", [])):
        assert [rule.match for rule in (await rules.list(None, 10, q)).items] == found


async def test_the_same_again_is_a_duplicate_however_it_is_written(rules: Store) -> None:
    await made(rules, "192.0.2.0/24")
    with pytest.raises(Duplicate, match="kind and match"):
        await made(rules, "192.0.2.77/24")
    await made(rules, "192.0.2.0/24", kind="relay")
    key = str((await made(rules, A)).id)
    with pytest.raises(Duplicate):
        await rules.patch(key, {"match": "192.0.2.0/24"}, ME)
    assert await order(rules) == ["192.0.2.0/24", "192.0.2.0/24", A]


@pytest.mark.parametrize("key", ["7", "0", "-1", "x", "", "\u0667", "9" * 30, "1\0"])
async def test_what_is_not_there_is_not_found(rules: Store, key: str) -> None:
    with pytest.raises(NotFound):
        await rules.get(key)
    with pytest.raises(NotFound):
        await rules.delete(key, ME)


async def test_of_many_changes_at_once_none_tears_the_order(rules: Store) -> None:
    keys = list((await listed(rules, *(f"198.51.100.{number}" for number in range(8)))).values())
    await asyncio.gather(
        *(made(rules, f"192.0.2.{number}", position=1 + number % 3) for number in range(8)),
        *(rules.patch(key, {"position": 9 - number}, ME) for number, key in enumerate(keys[:4])),
        *(rules.delete(key, ME) for key in keys[4:6]),
    )
    assert len(await order(rules)) == 14


@pytest.mark.parametrize(
    "match", ["172.18.0.1", "172.16.0.0/12", "0.0.0.0/0", "172.18.0.0-172.18.0.9", "172.*.*.1", "::/0"]
)
@pytest.mark.parametrize("kind", ["relay", "pass"])
async def test_whoever_vouches_for_the_gateway_is_refused(rules: Store, kind: str, match: str) -> None:
    with pytest.raises(Invalid) as refusal:
        await made(rules, match, kind=kind)
    assert refusal.value.problems[0].loc == ("match",)
    assert "force=true" in refusal.value.problems[0].msg
    await made(rules, match, kind="ban")
    assert await order(rules) == [match]


async def test_a_rule_cannot_become_one_that_vouches_for_the_gateway(rules: Store, database: Database) -> None:
    banning = str((await made(rules, "172.18.0.0/16")).id)
    relaying = str((await made(rules, "192.0.2.0/24", kind="relay")).id)
    for key, patch in ((banning, {"kind": "pass"}), (relaying, {"match": "172.0.0.0/8"})):
        with pytest.raises(Invalid):
            await rules.patch(key, patch, ME)
    insisting = EntityStore(database, AccessRuleKind())
    await insisting.patch(relaying, {"match": "172.0.0.0/8"}, ME)
    # What was insisted on can be changed otherwise.
    assert (await rules.patch(relaying, {"comment": "our own"}, ME)).value.comment == "our own"


async def test_a_relay_rule_cannot_come_to_match_a_name(rules: Store) -> None:
    key = str((await made(rules, ".example.net")).id)
    with pytest.raises(Invalid) as refusal:
        await rules.patch(key, {"kind": "relay"}, ME)
    assert refusal.value.problems[0].loc == ("match",)


async def test_every_change_is_announced_and_audited(rules: Store, database: Database) -> None:
    key = str((await made(rules, A)).id)
    await rules.patch(key, {"comment": "x"}, ME)
    await rules.delete(key, ME)
    async with database.read() as connection:
        rows = (await connection.execute(select(change_log.c.entity, change_log.c.key))).all()
    assert rows == [("access_rule", key)] * 3
    actions = [entry.action for entry in (await AuditLog(database).list(None, 10, entity="access_rule", key=key)).items]
    assert actions == ["delete", "update", "create"]


def as_written(rules: Sequence[ReadyRule]) -> tuple[ReadyRule, ...]:
    return tuple(rules)


async def test_every_replica_knows_the_list_in_its_order(rules: Store, database: Database, feed: ChangeFeed) -> None:
    live = LiveAccessRules(database, feed, as_written)
    assert live.current == ()
    await feed.start()
    expiry = datetime.now(UTC) + timedelta(hours=1)
    first = await made(rules, A)
    second = await made(rules, ".example.net", kind="pass", expires_at=expiry.isoformat(), position=1)
    wanted = (
        ReadyRule(second.id, "pass", parse_match(".example.net"), expiry.timestamp()),
        ReadyRule(first.id, "ban", parse_match(A), None),
    )
    await until(live, wanted)
    await rules.patch(str(first.id), {"position": 1}, ME)
    await until(live, wanted[::-1])
    await rules.delete(str(second.id), ME)
    await until(live, wanted[1:])


async def test_what_there_is_at_the_start_is_known(rules: Store, database: Database, feed: ChangeFeed) -> None:
    await made(rules, A)
    live = LiveAccessRules(database, feed, len)
    await live.start()
    assert live.current == 1


async def test_a_stored_rule_that_cannot_be_read_is_ignored(database: Database, feed: ChangeFeed) -> None:
    now = datetime.now(UTC)
    row = {"kind": "ban", "comment": "", "version": 1, "created_at": now, "updated_at": now}
    async with database.transaction() as connection:
        for position, match in enumerate(("nonsense", A), 1):
            await connection.execute(insert(access_rule).values(row | {"match": match, "position": position}))
    live = LiveAccessRules(database, feed, as_written)
    await live.start()
    assert [rule.match for rule in live.current] == [parse_match(A)]


async def until(live: LiveAccessRules[tuple[ReadyRule, ...]], wanted: tuple[ReadyRule, ...]) -> None:
    async with asyncio.timeout(1):
        while live.current != wanted:
            await asyncio.sleep(0.01)
