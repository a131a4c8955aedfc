"""What is decided about members is carried out in one transaction, on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from secrets import token_bytes
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import select

from mailcore.db import list_bounces, list_held, list_tokens, tables
from mailcore.db.database import Database
from mailcore.db.entity_store import EntityStore
from mailcore.db.kinds import DomainKind
from mailcore.db.list_clerk import ListClerk, Occasion
from mailcore.db.list_held import HeldPost
from mailcore.db.list_kinds import ListKind, MemberKind
from mailcore.directory.domain import DomainFields
from mailcore.directory.known_list import KnownList
from mailcore.directory.list_member import Delivery, member_key
from mailcore.directory.mailing_list import MailingListFields
from mailcore.list_deeds import Ask, ChangeAddress, Decide, Deed, Join, Leave, Result, SetDelivery, Tell, TokenDetail
from mailcore.list_jobs import Notice, decode
from mailcore.list_tokens import ListTokens, digest_of
from mailcore.passwords import Passwords

TOKENS = ListTokens([b"key"])
NOW = 1_767_225_600.0
ADA = "ada@example.net"


@pytest.fixture
async def known(database: Database) -> KnownList:
    """Give a list without members."""
    await EntityStore(database, DomainKind()).create(DomainFields(name="example.com"), "test")
    passwords = Passwords()
    fields = MailingListFields(address="birds@example.com", name="birds", owner="olga@example.net", notify_owner=True)
    made = await EntityStore(database, ListKind(passwords)).create(fields, "test")
    passwords.close()
    return KnownList(made.value, "post")


@asynccontextmanager
async def a_clerk(database: Database, known: KnownList, source: int = 1) -> AsyncIterator[ListClerk]:
    async with database.transaction() as connection:
        yield ListClerk(connection, known, TOKENS, Occasion(UUID(int=source), "test", NOW), token_bytes)


async def carried_out(database: Database, known: KnownList, *deeds: Deed, source: int = 1) -> list[Result]:
    async with a_clerk(database, known, source) as clerk:
        return [await clerk.carry_out(deed) for deed in deeds]


async def members(database: Database) -> Sequence[tuple[str, str]]:
    async with database.read() as connection:
        rows = await connection.execute(select(tables.list_member.c.address, tables.list_member.c.delivery))
        return sorted((row[0], row[1]) for row in rows)


async def notices(database: Database) -> list[Notice]:
    async with database.read() as connection:
        found = [
            decode(payload) for payload in (await connection.execute(select(tables.delivery_job.c.payload))).scalars()
        ]
    return sorted((one for one in found if isinstance(one, Notice)), key=lambda one: (one.template, one.to))


async def test_who_joins_is_a_member_once_and_is_welcomed_once(database: Database, known: KnownList) -> None:
    assert await carried_out(database, known, Join(ADA), Join("ADA@example.net"), Join("nobody@example.com")) == [
        "done",
        "already",
        "unfit",
    ]
    assert await members(database) == [(ADA, "on")]
    assert [(one.template, one.to) for one in await notices(database)] == [
        ("joined", "olga@example.net"),
        ("welcome", ADA),
    ]


async def test_what_fails_in_the_end_has_not_happened(database: Database, known: KnownList) -> None:
    with pytest.raises(RuntimeError):  # noqa: PT012 - what is undone is part of it
        async with a_clerk(database, known) as clerk:
            await clerk.carry_out(Join(ADA))
            raise RuntimeError
    assert (await members(database), await notices(database)) == ([], [])


async def test_members_leave_stop_mail_and_move(database: Database, known: KnownList) -> None:
    await carried_out(database, known, Join(ADA), Join("bob@example.net"))
    assert await carried_out(
        database,
        known,
        SetDelivery(ADA, "off"),
        ChangeAddress(ADA, "ada@example.org"),
        Leave("bob@example.net"),
        Leave("bob@example.net"),
        ChangeAddress(ADA, "ada@example.org"),
        source=2,
    ) == ["done", "done", "done", "already", "already"]
    assert await members(database) == [("ada@example.org", "off")]


async def test_who_moves_to_an_address_that_is_a_member_stays_what_he_is_and_keeps_its_settings(
    database: Database, known: KnownList
) -> None:
    new, bob = "ada@example.org", "bob@example.net"
    await carried_out(database, known, *map(Join, (ADA, new, bob)), SetDelivery(new, "off"))
    store = EntityStore(database, MemberKind(known.list))
    await store.patch(ADA, {"role": "owner"}, "test")
    await store.patch(bob, {"role": "moderator"}, "test")
    moves = (ChangeAddress(ADA, new), ChangeAddress(bob, new))
    assert await carried_out(database, known, *moves, source=2) == ["done", "done"]
    assert await members(database) == [(new, "off")]
    assert (await store.get(new)).value.role == "owner"


@pytest.mark.parametrize("before", ["on", "digest"])
async def test_who_was_suspended_gets_posts_at_a_new_address(
    database: Database, known: KnownList, before: Delivery
) -> None:
    new = "ada@example.org"
    await carried_out(database, known, Join(ADA), SetDelivery(ADA, before))
    async with database.transaction() as connection:
        member = (await EntityStore(database, MemberKind(known.list)).get(ADA)).value
        await list_bounces.suspend(connection, known.list, member, "test")
    assert await carried_out(database, known, ChangeAddress(ADA, new), source=2) == ["done"]
    moved = (await EntityStore(database, MemberKind(known.list)).get(new)).value
    assert (moved.delivery, moved.suspended, moved.bounce_score) == (before, False, 0.0)


async def test_nobody_is_asked_whether_a_member_is_to_be_one(database: Database, known: KnownList) -> None:
    request = Ask("join_request", "join_request", ADA, ("olga@example.net",))
    invitation = Ask("invitation", "invitation", ADA, (ADA,))
    assert await carried_out(database, known, Join(ADA), request, invitation) == ["done", "already", "already"]
    assert {one.template for one in await notices(database)} == {"joined", "welcome"}


async def test_an_address_gets_three_tokens_a_day(database: Database, known: KnownList) -> None:
    ask = Ask("subscribe", "confirm_subscribe", ADA, (ADA,))
    for source in range(1, 4):
        assert await carried_out(database, known, ask, source=source) == ["done"]
    assert await carried_out(database, known, ask, source=4) == ["limited"]
    # It is the same mailbox, as far as anybody knows.
    upper = "ADA@example.net"
    again = Ask("subscribe", "confirm_subscribe", upper, (upper,))
    assert await carried_out(database, known, again, source=5) == ["limited"]
    assert len(await notices(database)) == 3
    async with database.transaction() as connection:
        key = member_key(ADA)
        counts = [await list_tokens.count(connection, key, NOW + day * list_tokens.DAY) for day in (0, 1)]
    assert counts == [False, True]


async def test_a_token_is_used_once(database: Database, known: KnownList) -> None:
    await carried_out(database, known, Ask("subscribe", "confirm_subscribe", ADA, (ADA,)))
    (notice,) = await notices(database)
    async with database.transaction() as connection:
        token = await list_tokens.get(connection, digest_of(notice.token))
        assert token is not None
        assert (token.address, token.kind, token.is_good(NOW)) == (ADA, "subscribe", True)
        assert [await list_tokens.use(connection, token, NOW) for _ in range(2)] == [True, False]


async def test_a_token_is_good_for_its_days_only(database: Database, known: KnownList) -> None:
    await carried_out(database, known, Ask("subscribe", "confirm_subscribe", ADA, (ADA,)))
    (notice,) = await notices(database)
    later = NOW + 3 * list_tokens.DAY
    async with database.transaction() as connection:
        token = await list_tokens.get(connection, digest_of(notice.token))
        assert token is not None
        assert not await list_tokens.use(connection, token, later)
        await list_tokens.forget_old(connection, later + 8 * list_tokens.DAY)
        assert await list_tokens.get(connection, token.id) is None


async def test_what_one_owner_decides_is_decided_for_all(database: Database, known: KnownList) -> None:
    owners = ("olga@example.net", "otto@example.net")
    await carried_out(database, known, Ask("join_request", "join_request", ADA, owners))
    async with database.transaction() as connection:
        first, second = [await list_tokens.get(connection, digest_of(one.token)) for one in await notices(database)]
        assert first is not None
        assert second is not None
        assert {first.detail.officer, second.detail.officer} == set(owners)
        assert await list_tokens.use(connection, first, NOW)
        assert not await list_tokens.use(connection, msgspec.structs.replace(second), NOW)


HELD = "01890a5d-ac96-774b-bcce-b302099a8057"


async def wait(database: Database, known: KnownList, sender: str = ADA) -> None:
    """Have a post wait."""
    post = HeldPost(HELD, known.list.id, str(UUID(int=1)), NOW, "why", sender, ADA, "herons", 7, b"", None)
    async with database.transaction() as connection:
        await list_held.put(connection, post, known.address, (), NOW)


async def test_each_moderator_has_a_token_that_names_the_post(database: Database, known: KnownList) -> None:
    moderators = ("mia@example.net", "max@example.net")
    await wait(database, known)
    ask = Ask("held", "held", ADA, moderators, TokenDetail(held=HELD), {"subject": "herons"})
    # However many posts of somebody wait, their moderators hear of each.
    assert [await carried_out(database, known, ask, source=source) for source in range(2, 7)] == [["done"]] * 5
    asked = await notices(database)
    assert {(one.to, one.held, one.values["subject"]) for one in asked} == {(to, HELD, "herons") for to in moderators}
    async with database.read() as connection:
        tokens = [await list_tokens.get(connection, digest_of(one.token)) for one in asked]
    assert [(one.detail.held, one.detail.officer) for one in tokens if one is not None] == [
        (HELD, notice.to) for notice in asked
    ]


async def test_a_verdict_is_given_once_and_told_to_the_sender(database: Database, known: KnownList) -> None:
    await wait(database, known)
    reject = Decide(HELD, "reject", "no herons", "<1@example.net>")
    assert await carried_out(database, known, reject, Decide(HELD, "approve")) == ["done", "already"]
    (told,) = await notices(database)
    assert (told.template, told.to, told.answers) == ("rejected", ADA, "<1@example.net>")
    assert told.values == {"poster": ADA, "subject": "herons", "reason": "no herons"}


async def test_nobody_is_told_of_what_came_from_nobody_or_was_dropped(database: Database, known: KnownList) -> None:
    await wait(database, known, sender="")
    assert await carried_out(database, known, Decide(HELD, "reject")) == ["done"]
    await wait(database, known)
    assert await carried_out(database, known, Decide(HELD, "discard")) == ["done"]
    assert await notices(database) == []


async def test_a_message_for_several_lists_is_told_of_by_each(database: Database, known: KnownList) -> None:
    passwords = Passwords()
    fields = MailingListFields(address="fish@example.com", name="fish", owner="olga@example.net")
    made = await EntityStore(database, ListKind(passwords)).create(fields, "test")
    passwords.close()
    for one in (known, KnownList(made.value, "post")):
        await carried_out(database, one, Tell("welcome", (ADA,), {"member": ADA}))
    assert {one.list_id for one in await notices(database)} == {known.list.id, made.value.id}
