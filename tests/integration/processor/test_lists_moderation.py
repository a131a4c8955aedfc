"""Posts that wait, on real parts: moderators are asked, decide by mail, and senders hear of it."""

import re
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from secrets import token_bytes

import msgspec
import pytest
from sqlalchemy import select
from tests.builders import an_envelope
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.lists import (
    ADA,
    BEA,
    LIST,
    a_post,
    carry_out,
    expanded,
    held,
    is_over,
    make_list,
    outgoing,
    posts,
    read,
    tasks,
    without_sending,
)
from tests.integration.processor.waiting import until

from mailcore import events
from mailcore.db import jobs
from mailcore.db.list_store import ListStore
from mailcore.db.tables import list_token
from mailcore.directory.list_member import ListMemberFields, member_key
from mailcore.directory.mailing_list import MailingList
from mailcore.list_deeds import Decide, SendAgain
from mailcore.list_jobs import KIND, HeldNotice, Notice
from mailcore.mail.content import InlineContent
from mailcore.mail.headers import header_size
from mailcore.mail.incoming import Incoming, Marks
from mailcore.passwords import Passwords
from mailcore.trace import TraceRecipient
from processor.lists.ending import LeaseLost
from processor.lists.held_notices import HeldNoticeWork

KEN = "ken@example.org"
_TOKEN = re.compile(r"approve ([a-z2-7]{32})")


async def add_moderator(room: Mailroom, made: MailingList, *addresses: str) -> None:
    passwords = Passwords()
    for address in addresses:
        fields = ListMemberFields(address=address, role="moderator")
        await ListStore(room.platform.database, passwords).members(made).create(fields, "test")
    passwords.close()

    async def is_known() -> bool:
        known = await room.platform.directory.mailing_list(made.address)
        return known is not None and {one.address for one in known.officers} == set(addresses)

    room.platform.changes.look()
    await until(is_known)


def token_in(message: EmailMessage) -> str:
    text = message.get_body(("plain",))
    assert text is not None
    found = _TOKEN.search(text.get_content())
    assert found is not None
    return found[1]


def a_command(room: Mailroom, sender: str, subject: str, text: str = "") -> Incoming:
    """Give a message to the list's control address with a command in its subject or text."""
    header = f"From: {sender}\r\nSubject: {subject}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    octets = (header + text + "\r\n").encode()
    mail = room.message(envelope=an_envelope("birds-request@example.com", sender=sender))
    return msgspec.structs.replace(mail, content=InlineContent(octets), header_size=header_size(octets))


async def test_moderators_are_asked_each_for_himself_and_one_decides(room: Mailroom) -> None:
    made = await make_list(room, ADA, moderation="all", owner="olga@example.org", language="ja", dmarc="none")
    await add_moderator(room, made, BEA, KEN)
    async with room.processor(without_sending):
        mail = a_post(room)
        await room.publish(mail, mail)
        await until(lambda: len(room.files(BEA)) == 1)
        await until(lambda: outgoing(room))
        asked = read(room.files(BEA)[0])
        await room.publish(a_command(room, BEA, f"Re: approve {token_in(asked)}"))
        await until(lambda: expanded(room))
    assert asked["Subject"] == "[birds] 投稿が承認を待っています: herons"
    assert asked["From"] == "birds <birds-request@example.com>"
    text, attached = asked.iter_parts()
    assert all(word in text.get_content() for word in (ADA, "herons", "すべての投稿を確認しています", "> A heron."))
    assert attached.get_content()["From"] == ADA
    assert attached.get_content().get_content() == "A heron.\n"
    (other,) = [mail for mail in await outgoing(room) if b"\r\nAuto-Submitted: auto-generated\r\n" in mail.header]
    assert [one.address for one in other.recipients] == [KEN]
    assert isinstance(other.content, InlineContent)
    assert token_in(message_from_bytes(other.content.octets, policy=policy.default)) != token_in(asked)
    assert await held(room) == []
    assert [row["number"] for row in await posts(room)] == [1]


async def test_a_moderator_refuses_by_a_line_of_a_reply_and_the_sender_hears_why(embedded_room: Mailroom) -> None:
    room = embedded_room
    made = await make_list(room, ADA, moderation="all", owner="olga@example.org")
    await add_moderator(room, made, BEA)
    async with room.processor(without_sending):
        await room.publish(a_post(room, more=b"Message-ID: <1@example.com>\r\n"))
        await until(lambda: len(room.files(BEA)) == 1)
        asked = read(room.files(BEA)[0])
        body = asked.get_body(("plain",))
        assert body is not None
        quoted = "".join(f"> {line}\r\n" for line in body.get_content().splitlines())
        text = f"reject {token_in(asked)} 鳥は別のリストへ\r\n\r\nOlga wrote:\r\n{quoted}"
        await room.publish(a_command(room, BEA, f"Re: {asked['Subject']}", text))
        await until(lambda: len(room.files(ADA)) == 1)
        await until(lambda: len(room.files(BEA)) == 2)
    told = read(room.files(ADA)[0])
    assert told["Subject"] == "[birds] Your post was refused: herons"
    assert "鳥は別のリストへ" in told.get_content()
    assert (await held(room), await posts(room)) == ([], [])
    (decided,) = [trace for trace in room.heard.traces if trace.events[0].what == events.LIST_DECIDED]
    assert (decided.outcome, decided.recipients) == (events.FAILED, (TraceRecipient(LIST, events.FAILED),))
    told_of = decided.events[0].detail
    assert (told_of["verdict"], told_of["by"], told_of["reason"]) == ("reject", BEA, "鳥は別のリストへ")


async def test_whoever_lost_the_lease_asks_nobody(room: Mailroom) -> None:
    await make_list(room, moderation="all", owner=BEA, posting="anyone")
    async with room.processor(without_sending) as service:
        await service.lists.worker.stop(5)
        await room.publish(a_post(room))
        await until(lambda: held(room))
    now, platform = time.time(), room.platform
    async with platform.database.transaction() as connection:
        (job,) = await jobs.claim(connection, kinds=[KIND], owner="test", now=now, lease_until=now + 3600, limit=1)
    work = HeldNoticeWork(
        platform.database,
        platform.bus,
        platform.content,
        platform.list_tokens,
        chance=token_bytes,
        revision=lambda: 1,
        clock=time.time,
        tell=lambda _job, *_traces: None,
    )
    (task,) = await tasks(room)
    assert isinstance(task, HeldNotice)
    with pytest.raises(LeaseLost):
        await work(msgspec.structs.replace(job, attempt=job.attempt + 1), task)
    assert (await tasks(room), await _tokens(room)) == ([task], 0)
    await work(job, task)
    (asked,) = await tasks(room)
    assert isinstance(asked, Notice)
    assert (asked.to, asked.held, await _tokens(room)) == (BEA, task.held, 1)


async def _tokens(room: Mailroom) -> int:
    async with room.platform.database.read() as connection:
        return len((await connection.execute(select(list_token.c.id))).all())


async def test_what_is_decided_on_before_it_is_told_is_told_to_nobody(room: Mailroom) -> None:
    made = await make_list(room, moderation="all", owner=BEA, posting="anyone")
    async with room.processor(without_sending) as service:
        await service.lists.worker.stop(5)
        await room.publish(a_post(room, sender=ADA))
        await until(lambda: held(room))
    (waiting,) = await held(room)
    await carry_out(room, made, Decide(waiting["id"], "reject", "no herons"))
    async with room.processor(without_sending):
        await until(lambda: len(room.files(ADA)) == 1)
        await until(lambda: is_over(room))
    assert room.files(BEA) == []
    told = read(room.files(ADA)[0])
    assert told["Subject"] == "[birds] Your post was refused: herons"
    assert "\nno herons\n" in told.get_content()


async def test_who_has_posted_is_told_that_it_waits_if_he_is_known(room: Mailroom) -> None:
    await make_list(room, ADA, moderation="all", owner="olga@example.org")
    known = a_post(room, subject="storks", more=b"Message-ID: <1@example.com>\r\n")
    known = msgspec.structs.replace(known, marks=Marks(relay_permitted=True))
    async with room.processor(without_sending):
        await room.publish(a_post(room, subject="herons"), known)
        await until(lambda: len(room.files(ADA)) == 1)
        await until(lambda: is_over(room))
    (file,) = room.files(ADA)
    told = read(file)
    assert told["Subject"] == "[birds] Your post waits for a moderator: storks"
    assert (told["In-Reply-To"], told["Auto-Submitted"]) == ("<1@example.com>", "auto-replied")
    assert len(await held(room)) == 2


@pytest.mark.parametrize(("size", "is_whole"), [(100_000, True), (300_000, False)])
async def test_a_large_post_goes_along_up_to_a_size(embedded_room: Mailroom, size: int, is_whole: bool) -> None:
    room = embedded_room
    await make_list(room, moderation="all", owner=BEA, posting="anyone")
    octets = b"From: eve@example.net\r\nSubject: many herons\r\n\r\n" + b"A heron.\r\n" * (size // 10)
    sent = room.message(envelope=an_envelope("birds@example.com", sender="eve@example.net"))
    mail = await room.with_stored_content(sent, octets)
    async with room.processor(without_sending):
        await room.publish(mail)
        await until(lambda: len(room.files(BEA)) == 1)
        await until(lambda: is_over(room))
    _, attached = read(room.files(BEA)[0]).iter_parts()
    assert attached.get_content_type() == ("message/rfc822" if is_whole else "text/rfc822-headers")
    assert ("A heron." in attached.as_string()) is is_whole
    assert "many herons" in attached.as_string()


async def test_a_post_that_has_waited_long_is_tried_for_as_long_as_any(embedded_room: Mailroom) -> None:
    room = embedded_room
    made = await make_list(room, KEN, moderation="all", owner="olga@example.org")
    begun = time.time()
    async with room.processor(without_sending):
        old = a_post(room, sender=KEN)
        assert old.accepted_at < begun - 86_400
        await room.publish(old)
        await until(lambda: held(room))
        (waiting,) = await held(room)
        await carry_out(room, made, Decide(waiting["id"], "approve"))
        await until(lambda: expanded(room))
        await until(lambda: is_over(room))
    (copy,) = [mail for mail in await outgoing(room) if b"\r\nX-Mail-Count: 1\r\n" in mail.header]
    assert copy.accepted_at >= begun
    assert (await posts(room))[0]["at"] >= begun


async def test_an_old_post_that_is_sent_again_is_tried_for_as_long_as_any(embedded_room: Mailroom) -> None:
    room = embedded_room
    made = await make_list(room, KEN, posting="anyone")
    begun = time.time()
    async with room.processor(without_sending):
        await room.publish(a_post(room))
        await until(lambda: expanded(room))
        await carry_out(room, made, SendAgain(KEN, (1,)))
        await until(lambda: is_over(room))
    copies = [mail for mail in await outgoing(room) if b"\r\nX-Mail-Count: 1\r\n" in mail.header]
    assert [mail.accepted_at >= begun for mail in sorted(copies, key=lambda mail: mail.accepted_at)] == [False, True]


def by_both(room: Mailroom) -> Incoming:
    """Give a post that two have written."""
    octets = f"From: {ADA}, {BEA}\r\nSubject: herons\r\n\r\nTwo herons.\r\n".encode()
    return msgspec.structs.replace(a_post(room), content=InlineContent(octets), header_size=header_size(octets))


async def test_all_authors_of_a_first_post_that_is_let_go_may_post_from_then_on(room: Mailroom) -> None:
    made = await make_list(room, ADA, BEA, moderation="first_post", owner="olga@example.org")

    async def are_trusted() -> bool:
        found = [await room.platform.directory.list_member(made.id, member_key(one)) for one in (ADA, BEA)]
        return all(one is not None and one.trusted for one in found)

    async with room.processor(without_sending):
        await room.publish(by_both(room))
        await until(lambda: held(room))
        (waiting,) = await held(room)
        assert not await are_trusted()
        await carry_out(room, made, Decide(waiting["id"], "approve"))
        room.platform.changes.look()
        await until(are_trusted)
        await room.publish(by_both(room), a_post(room, sender=BEA))
        await until(lambda: expanded(room, 3))
    assert await held(room) == []
