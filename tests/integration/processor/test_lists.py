"""Posts on real parts: numbered, sent out once to everybody, whatever is repeated or cut off."""

import asyncio
import time
from collections import Counter
from email import message_from_bytes

import pytest
from sqlalchemy import func, select
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.lists import (
    ADA,
    BEA,
    LIST,
    a_post,
    add_many,
    expanded,
    held,
    make_list,
    outgoing,
    posts,
    without_sending,
)
from tests.integration.processor.waiting import until

from mailcore.db.entity_store import EntityStore
from mailcore.db.list_kinds import ListKind
from mailcore.db.list_moderation import decide
from mailcore.db.list_store import ListStore
from mailcore.db.standing_orders import ForwardKind
from mailcore.db.tables import delivery_job
from mailcore.directory.forward import ForwardFields
from mailcore.directory.list_member import ListMemberFields
from mailcore.directory.mailing_list import MailingList
from mailcore.passwords import Passwords
from mailcore.verp import VerpMark


async def test_a_post_reaches_mailboxes_here_and_jobs_for_other_servers(room: Mailroom) -> None:
    made = await make_list(room, ADA, BEA, "ken@example.org", "lee@example.org", "mia@example.net")
    mail = a_post(room)
    async with room.processor(without_sending):
        await room.publish(mail)
        await until(lambda: expanded(room))
    (post,) = await posts(room)
    assert (post["number"], post["poster"], post["subject"], post["ranges"]) == (1, ADA, "herons", 0)
    for address in (ADA, BEA):
        (file,) = room.files(address)
        copy = message_from_bytes(file.read_bytes())
        assert copy["Subject"] == "[birds] herons"
        assert copy["Delivered-To"] == address
        assert copy["List-Id"] == "<birds.example.com>"
        assert copy["X-Mail-Count"] == "1"
        assert copy.get_payload() == "A heron.\n"
        returned = room.platform.verp.read(
            made.address_of("bounces"), copy["Return-Path"][1:-1].split("+")[1].split("@")[0]
        )
        assert returned is not None
        assert returned.number == 1
    jobs = await outgoing(room)
    assert sorted(len(job.recipients) for job in jobs) == [1, 2]
    assert {one.address for job in jobs for one in job.recipients} == {
        "ken@example.org",
        "lee@example.org",
        "mia@example.net",
    }
    senders = {one.sender for job in jobs for one in job.recipients}
    assert len(senders) == 3
    assert {job.content_key for job in jobs} == {post["content"]}
    assert await room.holders(post["content"]) == {f"post:{post['id']}"} | {
        f"job:{job.id}" for job in await room.jobs()
    }


async def test_a_message_that_comes_again_has_its_number_and_nobody_gets_it_twice(room: Mailroom) -> None:
    await make_list(room, ADA, "ken@example.org")
    mail = a_post(room)
    async with room.processor(without_sending):
        await room.publish(mail)
        await until(lambda: expanded(room))
        await room.publish(mail, mail)
        await until(lambda: len(room.heard.traces) >= 4)
        await room.publish(a_post(room, subject="storks"))
        await until(lambda: expanded(room, 2))
    assert [row["number"] for row in await posts(room)] == [1, 2]
    assert len(room.files(ADA)) == 2
    assert len(await outgoing(room)) == 2


async def test_numbers_have_no_gaps_when_many_come_at_once_to_several_processors(room: Mailroom) -> None:
    await make_list(room, ADA)
    mails = [a_post(room, subject=f"heron {n}") for n in range(40)]
    async with room.processor(without_sending):
        await room.publish(*mails, *mails[:10])
        await until(lambda: expanded(room, 40), 30)
    assert [row["number"] for row in await posts(room)] == list(range(1, 41))
    assert len(room.files(ADA)) == 40


async def test_a_large_list_is_served_in_ranges_once_each(embedded_room: Mailroom) -> None:
    room = embedded_room
    made = await make_list(room, BEA)
    addresses = [f"m{n}@d{n % 7}.example.org" for n in range(1700)]
    await add_many(room, made, addresses)
    async with room.processor(without_sending):
        await room.publish(a_post(room, sender=BEA))
        await until(lambda: expanded(room), 30)
    jobs = await outgoing(room)
    got = Counter(one.address for job in jobs for one in job.recipients)
    assert set(got) == set(addresses)
    assert set(got.values()) == {1}
    assert max(len(job.recipients) for job in jobs) == 100
    assert len(room.files(BEA)) == 1
    (post,) = await posts(room)
    async with room.platform.database.read() as connection:
        query = select(func.count()).select_from(delivery_job).where(delivery_job.c.patience > 0)
        assert (await connection.execute(query)).scalar_one() == len(jobs)
    assert {job.content_key for job in jobs} == {post["content"]}


async def test_a_processor_that_dies_in_the_middle_skips_nobody_and_repeats_nobody(embedded_room: Mailroom) -> None:
    """Whatever a range has done when it is cut off, its job is there still, and is done from its beginning."""
    room = embedded_room
    made = await make_list(room, BEA, ADA)
    addresses = [f"m{n}@d{n % 5}.example.org" for n in range(1200)]
    await add_many(room, made, addresses)
    async with room.processor(without_sending) as service:
        await room.publish(a_post(room, sender=BEA))
        await until(lambda: _has_ranges(room))
        # As if the process had died: what was begun is dropped, whatever it has done so far.
        for task in list(service.lists.worker._leases._held.values()):
            task.cancel()
    async with room.platform.database.transaction() as connection:
        again = delivery_job.update().where(delivery_job.c.kind == "list")
        await connection.execute(again.values(state="ready", not_before=0))
    async with room.processor(without_sending):
        await until(lambda: expanded(room), 30)
    got = Counter(one.address for job in await outgoing(room) for one in job.recipients)
    assert set(got) == set(addresses)
    assert set(got.values()) == {1}
    assert (len(room.files(ADA)), len(room.files(BEA))) == (1, 1)


async def _has_ranges(room: Mailroom) -> bool:
    return any(row["state"] == "open" for row in await posts(room))


async def test_held_and_refused_posts_get_no_number(room: Mailroom) -> None:
    await make_list(room, ADA, moderation="all", owner=BEA)
    async with room.processor(without_sending):
        mail = a_post(room)
        await room.publish(mail, mail, a_post(room, sender="eve@example.net"))
        await until(lambda: len({trace.message_id for trace in room.heard.traces}) >= 2)
        await until(lambda: _reported(room))
    (waiting,) = await held(room)
    assert (waiting["poster"], waiting["reason"]) == (ADA, "every post is looked at first")
    assert await posts(room) == []
    reports = [job for job in await room.jobs() if job.kind == "outbound"]
    assert [job.recipients for job in reports] == [(LIST,)]


async def _reported(room: Mailroom) -> bool:
    return any(job.kind == "outbound" for job in await room.jobs())


async def test_a_held_post_that_is_approved_goes_to_everybody_once(room: Mailroom) -> None:
    made = await make_list(room, ADA, BEA, moderation="all", owner="olga@example.org")
    async with room.processor(without_sending):
        await room.publish(a_post(room))
        await until(lambda: held(room))
        (waiting,) = await held(room)
        verdicts = [await _approve(room, made, waiting["id"]) for _ in range(2)]
        await until(lambda: len(room.files(ADA)) == len(room.files(BEA)) == 1)
    assert verdicts == [True, False]
    (post,) = await posts(room)
    assert (post["number"], await held(room)) == (1, [])
    assert message_from_bytes(room.files(BEA)[0].read_bytes())["Subject"] == "[birds] herons"


async def _approve(room: Mailroom, owner: MailingList, held_id: str) -> bool:
    async with room.platform.database.transaction() as connection:
        return await decide(connection, owner, held_id, "approve", author="ada", now=time.time()) is not None


async def test_lists_that_are_members_of_each_other_come_to_an_end(room: Mailroom) -> None:
    fish = "fish@example.com"
    await make_list(room, ADA, posting="anyone")
    await make_list(room, BEA, LIST, address=fish, posting="anyone")
    await _add(room, LIST, fish)
    async with room.processor(without_sending):
        await room.publish(a_post(room))
        await until(lambda: expanded(room, 2), 20)
        await until(lambda: len(room.files(BEA)) == 1)
        await asyncio.sleep(0.5)
    assert [row["number"] for row in await posts(room)] == [1, 1]
    assert (len(room.files(ADA)), len(room.files(BEA))) == (1, 1)
    copy = message_from_bytes(room.files(BEA)[0].read_bytes())
    assert copy.get_all("X-Loop") == [LIST, fish]
    assert copy["Subject"] == "[fish] [birds] herons"


async def _add(room: Mailroom, address: str, member: str) -> None:
    passwords = Passwords()
    store = ListStore(room.platform.database, passwords)
    owner = (await store.lists.get(address)).value
    await store.members(owner).create(ListMemberFields(address=member), "test")
    passwords.close()


async def test_what_an_account_forwards_to_a_list_is_a_post(room: Mailroom) -> None:
    await make_list(room, BEA, "bob@example.net")
    account = await room.platform.directory.account(ADA)
    assert account is not None
    fields = ForwardFields(to=(LIST,), keep_copy=True)
    await EntityStore(room.platform.database, ForwardKind(account)).create(fields, "test")
    room.platform.changes.look()
    await asyncio.sleep(0.4)
    mail = a_post(room, ADA, sender="bob@example.net")
    async with room.processor(without_sending):
        await room.publish(mail, mail)
        await until(lambda: expanded(room))
        await until(lambda: len(room.files(BEA)) == 1)
    assert [row["poster"] for row in await posts(room)] == ["bob@example.net"]
    assert len(room.files(ADA)) == 1


async def test_without_verp_and_links_a_hundred_members_are_one_transaction(room: Mailroom) -> None:
    made = await make_list(room, ADA, verp=False)
    await add_many(room, made, [f"m{n}@example.org" for n in range(150)])
    async with room.processor(without_sending):
        await room.publish(a_post(room))
        await until(lambda: expanded(room))
    jobs = await outgoing(room)
    assert sorted(len(job.recipients) for job in jobs) == [50, 100]
    assert {job.sender for job in jobs} == {"birds-bounces@example.com"}
    assert not any(one.is_apart for job in jobs for one in job.recipients)


async def test_the_owner_address_leads_to_people(room: Mailroom) -> None:
    await make_list(room, owner=BEA)
    async with room.processor(without_sending):
        await room.publish(a_post(room, "birds-owner@example.com"))
        await until(lambda: len(room.files(BEA)) == 1)
    assert await posts(room) == []


async def test_a_list_that_is_removed_takes_its_posts_along(room: Mailroom) -> None:
    made = await make_list(room, ADA)
    async with room.processor(without_sending):
        await room.publish(a_post(room))
        await until(lambda: expanded(room))
    (post,) = await posts(room)
    passwords = Passwords()
    await EntityStore(room.platform.database, ListKind(passwords)).delete(made.address, "test")
    passwords.close()
    assert await posts(room) == []
    assert await room.holders(post["content"]) == {"released"}


@pytest.mark.parametrize("archive", [True, False])
async def test_what_is_not_archived_is_let_go_once_everybody_has_it(room: Mailroom, archive: bool) -> None:
    await make_list(room, ADA, archive=archive)
    async with room.processor(without_sending):
        await room.publish(a_post(room))
        await until(lambda: expanded(room))
    (post,) = await posts(room)
    assert (post["mail"] is not None) == archive
    assert (post["content"] is not None) == archive
    assert post["words"] == ("ada@example.com\nherons\na heron." if archive else "")


async def test_a_copy_names_its_member_in_the_envelope(room: Mailroom) -> None:
    made = await make_list(room, "ken@example.org")
    await _add(room, LIST, ADA)
    async with room.processor(without_sending):
        await room.publish(a_post(room))
        await until(lambda: expanded(room))
    (job,) = await outgoing(room)
    (one,) = job.recipients
    token = one.sender.partition("+")[2].partition("@")[0]
    assert room.platform.verp.read(made.address_of("bounces"), token) == VerpMark(1, 1)
