"""Commands by mail on real parts: what they do, and what is answered, once, whatever is repeated."""

import re
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial

import msgspec
from tests.builders import an_envelope
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.lists import ADA, BEA, LIST, a_post, expanded, held, make_list, posts, without_sending
from tests.integration.processor.waiting import until

from mailcore.authentication.results import Authentication
from mailcore.db.list_store import ListStore
from mailcore.directory.mailing_list import MailingList
from mailcore.mail.content import InlineContent, StoredContent
from mailcore.mail.headers import header_size
from mailcore.mail.incoming import Incoming, Marks
from mailcore.passwords import Passwords
from processor.lists.commands import MOST_ANSWERS

REQUEST = "birds-request@example.com"
VERIFIED = Marks(authentication=Authentication(is_aligned=True))


def a_command(
    room: Mailroom, text: str, *, sender: str = ADA, subject: str = "", to: str = REQUEST, marks: Marks | None = None
) -> Incoming:
    """Give a message with commands."""
    octets = (
        f"From: {sender}\r\nSubject: {subject}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n".encode()
    )
    mail = room.message(envelope=an_envelope(to, sender=sender), marks=marks or Marks())
    return msgspec.structs.replace(mail, content=InlineContent(octets), header_size=header_size(octets))


def mails(room: Mailroom, address: str) -> list[EmailMessage]:
    """Give all that an address has."""
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in room.files(address)]


def texts(room: Mailroom, address: str) -> str:
    """Give the texts of all of them."""
    bodies = (mail.get_body(("plain",)) for mail in mails(room, address))
    return "\n".join(body.get_content() for body in bodies if body is not None)


def says(room: Mailroom, address: str, words: str) -> Callable[[], bool]:
    """Whether one of them says something."""
    return lambda: words in texts(room, address)


def token_for(room: Mailroom, address: str, known: set[str]) -> str:
    """Give the token that an address was sent and that is not known yet; empty when there is none."""
    found = {one for mail in mails(room, address) for one in re.findall(r"\b[a-z2-7]{32}\b", str(mail))}
    return next(iter(found - known), "")


async def members(room: Mailroom, owner: MailingList) -> list[tuple[str, str]]:
    """Give who is on a list, and how posts are delivered."""
    passwords = Passwords()
    page = await ListStore(room.platform.database, passwords).members(owner).list(None, 100)
    passwords.close()
    return sorted((one.address, one.delivery) for one in page.items)


async def test_somebody_comes_gets_posts_moves_and_leaves(room: Mailroom) -> None:
    made = await make_list(room, owner="olga@example.net", posting="anyone", dmarc="none")
    known: set[str] = set()

    async def asked(address: str) -> str:
        await until(lambda: token_for(room, address, known), 20)
        token = token_for(room, address, known)
        known.add(token)
        return token

    async with room.processor(without_sending):
        await room.publish(a_command(room, "subscribe Ada"))
        token = await asked(ADA)
        assert await members(room, made) == []
        await room.publish(a_command(room, "", subject=f"Re: [birds] confirm {token}"))
        await until(says(room, ADA, f"{ADA} is a member of birds now."))
        assert await members(room, made) == [(ADA, "on")]

        await room.publish(a_post(room, sender="eve@example.net"))
        await until(lambda: any(mail["Subject"] == "[birds] herons" for mail in mails(room, ADA)))

        await room.publish(a_command(room, f"off\r\nchaddr {BEA}"))
        await room.publish(a_command(room, f"confirm {await asked(ADA)}"))
        await room.publish(a_command(room, f"confirm {await asked(BEA)}", sender=BEA))
        await until(says(room, BEA, f"{BEA} is a member of birds now, in the place of {ADA}."))
        assert await members(room, made) == [(BEA, "off")]

        await room.publish(a_command(room, "unsubscribe", sender=BEA))
        await room.publish(a_command(room, f"confirm {await asked(BEA)}", sender=BEA))
        await until(says(room, BEA, f"{BEA} is not a member of birds any more."))
        assert await members(room, made) == []
        await room.publish(a_command(room, f"confirm {token}"))
        await until(says(room, ADA, "This has been answered already."))


async def test_a_message_that_comes_again_is_done_and_answered_once(room: Mailroom) -> None:
    made = await make_list(room, subscription="open", owner="olga@example.net", language="ja", welcome=False)
    mail = a_command(room, "登録 花子\r\nなにか\r\n")
    async with room.processor(without_sending):
        await room.publish(mail, mail)
        await until(says(room, ADA, f"{ADA} を birds に登録しました。"))
        await room.publish(mail)
        # What comes after it has been looked at: the same message was by then.
        await room.publish(a_command(room, "help", sender=BEA))
        await until(lambda: mails(room, BEA))
    assert "> なにか\nこの行はコマンドではありません。" in texts(room, ADA).replace("\r\n", "\n")
    assert len(mails(room, ADA)) == 1
    assert await members(room, made) == [(ADA, "on")]


async def test_a_line_that_a_program_broke_is_one_command(embedded_room: Mailroom) -> None:
    room = embedded_room
    made = await make_list(room, password="let the herons in", owner=BEA, welcome=False)
    mail = a_command(room, "password let the herons in\r\nadd ken@example.org \r\nlee@example.org\r\n")
    assert isinstance(mail.content, InlineContent)
    octets = mail.content.octets.replace(b"charset=utf-8", b"charset=utf-8; format=flowed")
    flowed = msgspec.structs.replace(mail, content=InlineContent(octets), header_size=header_size(octets))
    async with room.processor(without_sending):
        await room.publish(flowed)
        await until(says(room, ADA, "lee@example.org has been added."))
    assert len(await members(room, made)) == 2


async def test_owners_are_known_by_password_or_by_their_mail(room: Mailroom) -> None:
    made = await make_list(room, password="let the herons in", owner=BEA, welcome=False)
    async with room.processor(without_sending):
        await room.publish(a_command(room, "password let the herons out\r\nadd eve@example.net"))
        await until(says(room, ADA, "The password is wrong."))
        assert await members(room, made) == []
        await room.publish(a_command(room, "password let the herons in\r\nadd ken@example.org\r\nmembers"))
        await until(says(room, ADA, "ken@example.org has been added."))
        assert "> password ********\nThe password is right." in texts(room, ADA).replace("\r\n", "\n")
        assert "let the herons" not in texts(room, ADA)
        await room.publish(a_command(room, "remove ken@example.org\r\nadd lee@example.org", sender=BEA, marks=VERIFIED))
        await until(says(room, BEA, "lee@example.org has been added."))
        await room.publish(a_command(room, "remove lee@example.org", sender=BEA))
        await until(says(room, BEA, "Nothing shows that"))
    assert await members(room, made) == [("lee@example.org", "on")]


async def test_passwords_cannot_be_guessed_at_will(embedded_room: Mailroom) -> None:
    room = embedded_room
    await make_list(room, password="let the herons in", owner=BEA)
    async with room.processor(without_sending):
        for count in range(10):
            await room.publish(a_command(room, f"password guess {count}"))
        await until(lambda: texts(room, ADA).count("The password is wrong.") == 10, 30)
        await room.publish(a_command(room, "password let the herons in\r\nmembers"))
        await until(says(room, ADA, "There have been too many wrong passwords today."))
    assert "This is for owners" in texts(room, ADA)


async def test_nothing_is_done_in_the_name_of_somebody_who_would_not_hear_of_it(embedded_room: Mailroom) -> None:
    room = embedded_room
    made = await make_list(room, ADA, BEA, unsubscription="open", owner=BEA, welcome=False)
    async with room.processor(without_sending):
        await room.publish(*(a_command(room, f"get {count}") for count in range(MOST_ANSWERS)))
        await until(lambda: len(mails(room, ADA)) == MOST_ANSWERS, 30)
        await room.publish(a_command(room, "off\r\nunsubscribe"), a_command(room, "off", sender=BEA))
        await until(lambda: len(unanswered(room)) == 1)
        await until(says(room, BEA, "gets no posts"))
        assert await members(room, made) == [(ADA, "on"), (BEA, "off")]
        await room.publish(a_command(room, "off", marks=VERIFIED))
        await until(lambda: len(unanswered(room)) == 2)
    assert await members(room, made) == [(ADA, "off"), (BEA, "off")]
    assert len(mails(room, ADA)) == MOST_ANSWERS


def unanswered(room: Mailroom) -> list[str]:
    """Give what was done by messages that are not answered any more, as traces have it."""
    details = [dict(event.detail) for trace in room.heard.traces for event in trace.events]
    return [detail["done"] for detail in details if "unanswered" in detail]


async def test_an_owner_decides_on_a_post_that_waits(room: Mailroom) -> None:
    await make_list(room, ADA, moderation="all", owner=BEA, dmarc="none")
    async with room.processor(without_sending):
        await room.publish(a_post(room))
        await until(lambda: held(room))
        (waiting,) = await held(room)
        await room.publish(a_command(room, f"approve {waiting['id']}", sender=ADA, marks=VERIFIED))
        await until(says(room, ADA, "This is for owners of birds"))
        assert await posts(room) == []
        await room.publish(a_command(room, f"approve {waiting['id']}", sender=BEA, marks=VERIFIED))
        await until(says(room, BEA, "It is on its way to the members."))
        await until(lambda: expanded(room))


async def test_members_look_back_on_what_was_posted(room: Mailroom) -> None:
    await make_list(room, ADA, dmarc="none")
    async with room.processor(without_sending):
        for number, subject in enumerate(("herons", "storks"), 1):
            await room.publish(a_post(room, subject=subject))
            await until(partial(expanded, room, number))
        await room.publish(a_command(room, "summary\r\nget 2-9"))
        await until(says(room, ADA, "as far as they are kept, are on their way"))
        await until(lambda: _subjects(room).count("[birds] storks") == 2)
        await room.publish(a_command(room, "summary\r\nget 1", sender=BEA))
        await until(says(room, BEA, "This is for members of birds."))
    assert re.search(r"1 .* \[birds\] herons|1 .* herons", texts(room, ADA))
    assert _subjects(room).count("[birds] herons") == 1


def _subjects(room: Mailroom) -> list[str]:
    return [mail["Subject"] for mail in mails(room, ADA)]


async def test_where_posts_come_as_well_a_lone_wish_to_leave_gets_help(room: Mailroom) -> None:
    made = await make_list(room, ADA, BEA, control_address=LIST, unsubscription="open", welcome=False)
    async with room.processor(without_sending):
        await room.publish(a_command(room, "unsubscribe", to=LIST))
        await until(lambda: mails(room, ADA))
        assert len(await members(room, made)) == 2
        await room.publish(a_command(room, "# unsubscribe", to=LIST))
        await until(says(room, ADA, f"{ADA} is not a member of birds any more."))
    assert await posts(room) == []
    assert mails(room, BEA) == []
    assert await members(room, made) == [(BEA, "on")]


async def test_programs_are_not_answered(embedded_room: Mailroom) -> None:
    room = embedded_room
    made = await make_list(room, subscription="open")
    silent = a_command(room, "subscribe", subject="x\r\nPrecedence: bulk")
    async with room.processor(without_sending):
        await room.publish(silent)
        await until(lambda: any(trace.outcome == "discarded" for trace in room.heard.traces))
    assert await members(room, made) == []
    assert mails(room, ADA) == []


async def test_of_two_who_answer_at_once_one_does(room: Mailroom) -> None:
    made = await make_list(room, owner="olga@example.net", welcome=False)
    async with room.processor(without_sending):
        await room.publish(a_command(room, "subscribe"))
        await until(lambda: token_for(room, ADA, set()))
        text = f"confirm {token_for(room, ADA, set())}"
        await room.publish(*(a_command(room, text, sender=BEA) for _ in range(4)))
        await until(lambda: len(mails(room, BEA)) == 4)
    assert texts(room, BEA).count(f"{ADA} is a member of birds now.") == 1
    assert texts(room, BEA).count("This has been answered already.") == 3
    assert await members(room, made) == [(ADA, "on")]


async def test_each_list_that_a_message_is_for_answers(embedded_room: Mailroom) -> None:
    room = embedded_room
    for name in ("birds", "fish"):
        await make_list(room, address=f"{name}@example.com", owner=BEA, subscription="open", welcome=False)
    mail = a_command(room, "subscribe")
    envelope = an_envelope(REQUEST, "fish-request@example.com", sender=ADA)
    async with room.processor(without_sending):
        await room.publish(msgspec.structs.replace(mail, envelope=envelope))
        await until(lambda: len(mails(room, ADA)) == 2)
    assert {str(mail["Subject"]) for mail in mails(room, ADA)} == {"[birds] Your commands", "[fish] Your commands"}


async def test_of_a_large_message_the_beginning_is_read_and_the_rest_let_go(embedded_room: Mailroom) -> None:
    room = embedded_room
    made = await make_list(room, subscription="open", owner=BEA)
    header = f"From: {ADA}\r\n\r\n"
    octets = (header + "subscribe\r\n" + "> quoted\r\n" * 20_000 + "help\r\n").encode()
    mail = room.message(envelope=an_envelope(REQUEST, sender=ADA))
    stored = await room.with_stored_content(mail, octets)
    assert isinstance(stored.content, StoredContent)
    async with room.processor(without_sending):
        await room.publish(stored)
        await until(says(room, ADA, f"{ADA} is a member of birds now."))
        await until(partial(_is_let_go, room, stored.content.key))
    assert [str(mail["Subject"]) for mail in mails(room, ADA)].count("[birds] Help") == 0
    assert await members(room, made) == [(ADA, "on")]


async def _is_let_go(room: Mailroom, content: str) -> bool:
    return await room.holders(content) == {"released"}
