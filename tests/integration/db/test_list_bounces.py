"""What is held against members is counted once, shown, and forgotten, on SQLite and on PostgreSQL."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from mailcore.db import list_bounces, tables
from mailcore.db.database import Database
from mailcore.db.entity_store import EntityStore
from mailcore.db.kinds import DomainKind
from mailcore.db.list_kinds import ListKind, MemberKind
from mailcore.db.member_import import MemberImport
from mailcore.directory.domain import DomainFields
from mailcore.directory.list_member import ListMember, ListMemberFields, member_key
from mailcore.directory.mailing_list import MailingList, MailingListFields
from mailcore.errors import NotFound
from mailcore.passwords import Passwords

NOW = 1_767_225_600.0
DAY = 86_400.0
ADA = "ada@example.net"
CLEAN = {
    "bounce_score": 0.0,
    "bounced_at": None,
    "bounce_reason": "",
    "probed_at": None,
    "suspended": False,
    "delivery_before": None,
}


@pytest.fixture
async def owner(database: Database) -> MailingList:
    """Give a list with two members."""
    await EntityStore(database, DomainKind()).create(DomainFields(name="example.com"), "test")
    passwords = Passwords()
    fields = MailingListFields(address="birds@example.com", name="birds", owner="olga@example.net")
    made = (await EntityStore(database, ListKind(passwords)).create(fields, "test")).value
    passwords.close()
    for address in (ADA, "bea@example.net"):
        await members(database, made).create(ListMemberFields(address=address), "test")
    return made


def members(database: Database, owner: MailingList) -> EntityStore[ListMemberFields, ListMember]:
    return EntityStore(database, MemberKind(owner))


async def ada(database: Database, owner: MailingList) -> ListMember:
    return (await members(database, owner).get(ADA)).value


def state(member: ListMember) -> dict[str, Any]:
    return {name: getattr(member, name) for name in CLEAN}


async def held_against(database: Database, owner: MailingList, *, probed_at: float | None = None) -> None:
    async with database.transaction() as connection:
        member = await list_bounces.by_key(connection, owner.id, member_key(ADA))
        assert member is not None
        await list_bounces.write(connection, member, score=5, at=NOW, probed_at=probed_at, why="550 no\0body")


async def suspended(database: Database, owner: MailingList) -> None:
    await held_against(database, owner, probed_at=NOW)
    async with database.transaction() as connection:
        member = await list_bounces.by_key(connection, owner.id, member_key(ADA))
        assert member is not None
        await list_bounces.suspend(connection, owner, member, "list")


async def written_in(database: Database, table: Any, column: Any) -> Sequence[Any]:
    async with database.read() as connection:
        return (await connection.execute(select(column).order_by(table.c.id))).scalars().all()


async def test_what_is_held_against_a_member_is_shown_with_him(database: Database, owner: MailingList) -> None:
    before = await members(database, owner).get(ADA)
    assert state(before.value) == CLEAN
    await held_against(database, owner, probed_at=NOW + 1)
    after = await members(database, owner).get(ADA)
    assert after.etag != before.etag
    assert state(after.value) == {
        "bounce_score": 5.0,
        "bounced_at": datetime.fromtimestamp(NOW, UTC),
        "bounce_reason": "550 no\N{SYMBOL FOR NULL}body",
        "probed_at": datetime.fromtimestamp(NOW + 1, UTC),
        "suspended": False,
        "delivery_before": None,
    }
    assert state((await members(database, owner).get("bea@example.net")).value) == CLEAN


async def test_a_fault_is_seen_once_however_many_look_at_once(database: Database) -> None:
    async def look() -> bool:
        async with database.transaction() as connection:
            return await list_bounces.see(connection, "1 2 post 3", NOW)

    assert sorted(await asyncio.gather(*(look() for _ in range(5)))) == [False] * 4 + [True]


async def test_of_two_reports_at_once_both_count(database: Database, owner: MailingList) -> None:
    async def count() -> None:
        async with database.transaction() as connection:
            member = await list_bounces.by_key(connection, owner.id, member_key(ADA))
            assert member is not None
            await asyncio.sleep(0.01)
            score = member.bounce_score + 1
            await list_bounces.write(connection, member, score=score, at=NOW, probed_at=None, why="")

    await asyncio.gather(*(count() for _ in range(5)))
    assert (await ada(database, owner)).bounce_score == 5


async def test_the_suspended_get_nothing_and_it_is_in_the_logs(database: Database, owner: MailingList) -> None:
    await suspended(database, owner)
    member = await ada(database, owner)
    assert (member.delivery, member.suspended, member.bounce_score, member.probed_at) == ("off", True, 5, None)
    assert (await written_in(database, tables.audit, tables.audit.c.author))[-1] == "list"
    assert (await written_in(database, tables.audit, tables.audit.c.key))[-1] == f"birds@example.com/{ADA}"
    async with database.read() as connection:
        changes = (await connection.execute(select(tables.change_log.c.entity))).scalars().all()
    assert changes.count("list_member") == 3


@pytest.mark.parametrize("delivery", ["on", "digest"])
async def test_whoever_gets_mail_again_begins_anew(database: Database, owner: MailingList, delivery: str) -> None:
    await suspended(database, owner)
    await members(database, owner).patch(ADA, {"delivery": delivery}, "test")
    assert state(await ada(database, owner)) == CLEAN


async def test_an_import_gives_mail_again_too(database: Database, owner: MailingList) -> None:
    await suspended(database, owner)
    await MemberImport(database).run(owner, f"address,delivery\r\n{ADA},on\r\n", "test")
    assert state(await ada(database, owner)) == CLEAN


async def test_the_suspended_are_not_sent_the_digest_that_was_still_theirs(
    database: Database, owner: MailingList
) -> None:
    for delivery in ("digest", "on"):
        await members(database, owner).patch(ADA, {"delivery": delivery}, "test")
    until = tables.list_member.c.digest_until
    assert await written_in(database, tables.list_member, until) == [0, None]
    await suspended(database, owner)
    assert await written_in(database, tables.list_member, until) == [None, None]


async def test_what_is_forgiven_is_forgotten(database: Database, owner: MailingList) -> None:
    for prepare in (held_against, suspended):
        await prepare(database, owner)
        async with database.transaction() as connection:
            await list_bounces.forgive(connection, owner, "ADA@example.net", "olga")
        member = await ada(database, owner)
        assert (state(member), member.delivery) == (CLEAN, "on")
    assert (await written_in(database, tables.audit, tables.audit.c.author))[-1] == "olga"


async def test_who_had_digests_has_them_again_from_what_is_new(database: Database, owner: MailingList) -> None:
    await members(database, owner).patch(ADA, {"delivery": "digest"}, "test")
    await suspended(database, owner)
    assert (await ada(database, owner)).delivery_before == "digest"
    async with database.transaction() as connection:
        await connection.execute(update(tables.list_sequence).values(number=7))
        await list_bounces.forgive(connection, owner, ADA, "olga")
    member = await ada(database, owner)
    assert (state(member), member.delivery, member.delivery_before) == (CLEAN, "digest", None)
    place = tables.list_member.c.digest_number
    assert sorted(await written_in(database, tables.list_member, place)) == [0, 7]


async def test_forgiving_leaves_alone_who_wants_no_posts(database: Database, owner: MailingList) -> None:
    await held_against(database, owner)
    await members(database, owner).patch(ADA, {"delivery": "off"}, "test")
    async with database.transaction() as connection:
        await list_bounces.forgive(connection, owner, ADA, "olga")
    member = await ada(database, owner)
    assert (member.bounce_score, member.delivery) == (0, "off")


@pytest.mark.parametrize("address", ["nobody@example.net", "no address"])
async def test_nobody_is_forgiven_who_is_no_member(database: Database, owner: MailingList, address: str) -> None:
    with pytest.raises(NotFound):
        async with database.transaction() as connection:
            await list_bounces.forgive(connection, owner, address, "olga")


async def test_probes_that_did_not_come_back_are_forgotten_in_time(database: Database, owner: MailingList) -> None:
    await held_against(database, owner, probed_at=NOW)
    async with database.transaction() as connection:
        await list_bounces.see(connection, "fault", NOW)
        await list_bounces.forget_old(connection, NOW + 6.9 * DAY, 7)
    assert (await ada(database, owner)).bounce_score == 5
    async with database.transaction() as connection:
        await list_bounces.forget_old(connection, NOW + 7.1 * DAY, 7)
        assert not await list_bounces.see(connection, "fault", NOW)
    assert state(await ada(database, owner)) == CLEAN
    async with database.transaction() as connection:
        await list_bounces.forget_old(connection, NOW + 91 * DAY, 7)
        assert await list_bounces.see(connection, "fault", NOW)


async def test_a_list_that_forgets_slowly_waits_longer_for_probes(database: Database, owner: MailingList) -> None:
    passwords = Passwords()
    await EntityStore(database, ListKind(passwords)).patch(owner.address, {"bounce_decay_days": 30}, "test")
    passwords.close()
    await held_against(database, owner, probed_at=NOW)
    for days, score in ((29.0, 5), (30.1, 0)):
        async with database.transaction() as connection:
            await list_bounces.forget_old(connection, NOW + days * DAY, 7)
        assert (await ada(database, owner)).bounce_score == score
