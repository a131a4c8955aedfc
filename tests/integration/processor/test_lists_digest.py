"""Digests on real parts: each once to everybody who gets it, whatever is repeated, cut off or begun twice."""

import asyncio
from collections import Counter
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from uuid import UUID

import pytest
from sqlalchemy import func, select
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.lists import (
    ADA,
    BEA,
    a_post,
    add_many,
    expanded,
    make_list,
    outgoing,
    posts,
    without_sending,
)
from tests.integration.processor.waiting import until

from mailcore.db.list_store import ListStore
from mailcore.db.tables import delivery_job, list_digest, list_member, list_post
from mailcore.directory.list_member import Delivery, DigestFormat, ListMemberFields
from mailcore.directory.mailing_list import MailingList
from mailcore.mail.content import StoredContent
from mailcore.mail.encoded_words import encoded_words
from mailcore.passwords import Passwords
from processor.outbound.remote_mail import RemoteMail

KEN, LEE = "ken@example.org", "lee@example.org"
UTF8 = "Content-Type: text/plain; charset=utf-8\r\n\r\n青鷺です。\r\n".encode()


async def reader(room: Mailroom, owner: MailingList, address: str, form: DigestFormat = "mime") -> None:
    passwords = Passwords()
    fields = ListMemberFields(address=address, delivery="digest", digest_format=form)
    await ListStore(room.platform.database, passwords).members(owner).create(fields, "test")
    passwords.close()


async def set_delivery(room: Mailroom, owner: MailingList, address: str, delivery: Delivery) -> None:
    passwords = Passwords()
    members = ListStore(room.platform.database, passwords).members(owner)
    await members.patch(address, {"delivery": delivery}, "test")
    passwords.close()


async def a_day_passes(room: Mailroom) -> None:
    """Have all posts be out for a day."""
    async with room.platform.database.transaction() as connection:
        await connection.execute(list_post.update().values(expanded_at=list_post.c.expanded_at - 86_400))


async def digests(room: Mailroom) -> int:
    """How many are being sent out."""
    async with room.platform.database.read() as connection:
        return (await connection.execute(select(func.count()).select_from(list_digest))).scalar_one()


async def gone_out(room: Mailroom) -> bool:
    """Whether all that was begun has been sent."""
    async with room.platform.database.read() as connection:
        waiting = select(func.count()).select_from(delivery_job).where(delivery_job.c.kind == "list")
        return await digests(room) == 0 and (await connection.execute(waiting)).scalar_one() == 0


async def served(room: Mailroom, count: int) -> bool:
    """Whether so many posts have been sent to all who get them one by one."""
    states = [row["state"] for row in await posts(room)]
    return len(states) == count and not {"accepted", "open"} & set(states)


def read(octets: bytes) -> EmailMessage:
    return message_from_bytes(octets, policy=default)


def subjects(message: EmailMessage) -> list[str]:
    """Give those of the posts in a MIME digest."""
    (inner,) = [part for part in message.iter_parts() if part.get_content_type() == "multipart/digest"]
    return [part.get_content()["Subject"] for part in inner.iter_parts()]


async def octets_of(room: Mailroom, job: RemoteMail) -> bytes:
    assert isinstance(job.content, StoredContent)
    rest = [piece async for piece in room.platform.content.read(job.content, job.body_start)]
    return job.header + b"".join(rest)


@pytest.mark.parametrize("archive", [True, False])
async def test_posts_are_collected_and_sent_once_in_both_formats(room: Mailroom, archive: bool) -> None:
    owner = await make_list(room, archive=archive, language="ja", posting="anyone")
    await reader(room, owner, BEA)
    await reader(room, owner, KEN, "plain")
    await reader(room, owner, LEE)
    jis = b" ".join(encoded_words("青鷺", "ISO-2022-JP")).decode()
    async with room.processor(without_sending) as one, room.processor(without_sending) as other:
        posted = (a_post(room), a_post(room, subject=jis), a_post(room, subject="storks", more=UTF8))
        for count, one_post in enumerate(posted, start=1):
            await room.publish(one_post)
            await until(lambda count=count: served(room, count))  # type: ignore[misc]
        assert room.files(BEA) == []
        for service in (one, other):
            await service.lists.begin_digests()
        assert await digests(room) == 0
        await a_day_passes(room)
        await asyncio.gather(*(service.lists.begin_digests() for service in (one, other, one, other)))
        await until(lambda: gone_out(room))
        for service in (one, other):
            await service.lists.begin_digests()
            await service.lists.forget_posts()
        await until(lambda: gone_out(room))
    (file,) = room.files(BEA)
    message = read(file.read_bytes())
    assert message["Subject"] == "birds まとめ送り 第 1 号"
    assert message["List-Id"] == "<birds.example.com>"
    assert subjects(message) == ["[birds] herons", "[birds] 青鷺", "[birds] storks"]
    by_address = {one.address: (job, one) for job in await outgoing(room) for one in job.recipients}
    assert set(by_address) == {KEN, LEE}
    job, recipient = by_address[KEN]
    assert (job.body, job.signers, job.sender) == ("7BIT", ("example.com",), "birds-bounces@example.com")
    assert recipient.sender.startswith("birds-bounces+")
    plain = read(await octets_of(room, job)).get_content()
    assert (plain.count("A heron."), plain.count("青鷺です。")) == (3, 1)
    assert "Subject: [birds] 青鷺" in plain
    job, _ = by_address[LEE]
    assert (job.body, subjects(read(await octets_of(room, job)))) == ("8BITMIME", subjects(message))
    kept = await posts(room)
    assert [row["state"] for row in kept] == ["expanded"] * 3
    assert [row["mail"] is not None for row in kept] == [archive] * 3


@pytest.mark.parametrize("form", ["mime", "plain"])
async def test_a_post_that_no_program_can_read_keeps_nobody_from_the_others(
    embedded_room: Mailroom, form: DigestFormat
) -> None:
    """Parts in parts, deeper than a parser follows: it goes out, is found by its subject, and is in a digest."""
    room = embedded_room
    owner = await make_list(room, ADA, posting="anyone", header_text="above")
    await reader(room, owner, BEA, form)
    async with room.processor(without_sending) as service:
        await room.publish(a_post(room, subject="nest", more=b"Content-Type: message/rfc822\r\n\r\n" * 3_000))
        await until(lambda: served(room, 1))
        await room.publish(a_post(room, more=b"Content-Type: text/html\r\n"))
        await until(lambda: served(room, 2))
        await a_day_passes(room)
        await service.lists.begin_digests()
        await until(lambda: gone_out(room))
    assert len(room.files(ADA)) == 2
    (octets,) = [file.read_bytes() for file in room.files(BEA)]
    assert [row["words"].split("\n")[1] for row in await posts(room)] == ["nest", "herons"]
    if form == "mime":
        assert octets.count(b"Content-Type: message/rfc822\n") == 3_000 + 2
    else:
        text = read(octets).get_content()
        assert "Subject: [birds] nest\n\n[There is more of post 1" in text
        # Beside what is no plain text the list's own texts are parts.
        assert text.endswith(f"\n\nabove\n\nA heron.\n\n{'-' * 30}\n\nEnd of birds Digest, Issue 1\n{'*' * 28}\n")


async def test_nothing_is_sent_when_there_are_no_posts(embedded_room: Mailroom) -> None:
    room = embedded_room
    owner = await make_list(room)
    await reader(room, owner, BEA)
    async with room.processor(without_sending) as service:
        await service.lists.begin_digests()
        assert await digests(room) == 0
    assert room.files(BEA) == []


async def test_a_digest_whose_job_was_removed_is_forgotten(embedded_room: Mailroom) -> None:
    room = embedded_room
    owner = await make_list(room)
    row = {"id": str(UUID(int=1)), "list_id": owner.id, "issue": 1, "first": 1, "last": 2, "at": 0.0, "ranges": 0}
    async with room.platform.database.transaction() as connection:
        await connection.execute(list_digest.insert().values(**row))
    async with room.processor(without_sending) as service:
        await service.lists.forget_posts()
    assert await digests(room) == 0


async def test_a_digest_whose_processor_dies_reaches_everybody_once(embedded_room: Mailroom) -> None:
    """Whatever a range has done when it is cut off, its job is there still, and is done from its beginning."""
    room = embedded_room
    owner = await make_list(room, posting="anyone")
    addresses = [f"m{n}@d{n % 5}.example.org" for n in range(1200)]
    await add_many(room, owner, addresses)
    async with room.platform.database.transaction() as connection:
        await connection.execute(list_member.update().values(delivery="digest"))
    await reader(room, owner, BEA)
    async with room.processor(without_sending) as service:
        await room.publish(a_post(room))
        await until(lambda: expanded(room))
        await a_day_passes(room)
        await service.lists.begin_digests()
        assert await digests(room) == 1
        # As if the process had died: what was begun is dropped, whatever it has done so far.
        for task in list(service.lists.worker._leases._held.values()):
            task.cancel()
    async with room.platform.database.transaction() as connection:
        again = delivery_job.update().where(delivery_job.c.kind == "list")
        await connection.execute(again.values(state="ready", not_before=0))
    async with room.processor(without_sending):
        await until(lambda: gone_out(room), 60)
    jobs = await outgoing(room)
    got = Counter(one.address for job in jobs for one in job.recipients)
    assert set(got) == set(addresses)
    assert set(got.values()) == {1}
    assert len({job.content_key for job in jobs}) == 1
    assert len(room.files(BEA)) == 1


async def test_who_comes_to_digests_and_who_leaves_them_misses_nothing(embedded_room: Mailroom) -> None:
    room = embedded_room
    owner = await make_list(room, ADA, posting="anyone")
    await reader(room, owner, BEA)
    async with room.processor(without_sending) as service:
        await room.publish(a_post(room, subject="one"))
        await until(lambda: served(room, 1))
        await set_delivery(room, owner, BEA, "on")
        await set_delivery(room, owner, ADA, "digest")
        await room.publish(a_post(room, subject="two"))
        await until(lambda: served(room, 2))
        await a_day_passes(room)
        await service.lists.begin_digests()
        await until(lambda: gone_out(room))
    for address, alone, together in ((ADA, "[birds] one", "[birds] two"), (BEA, "[birds] two", "[birds] one")):
        messages = [read(file.read_bytes()) for file in room.files(address)]
        single = [one["Subject"] for one in messages if not one.is_multipart()]
        several = [subjects(one) for one in messages if one.is_multipart()]
        assert (single, several) == ([alone], [[together]]), address
