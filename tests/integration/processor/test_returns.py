"""What comes back to a list counts against whose copy it was, once a day; only what comes back to a probe suspends."""

import time

import msgspec
from sqlalchemy import select
from tests.builders import an_envelope
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.lists import make_list, outgoing, without_sending
from tests.integration.processor.waiting import until

from mailcore import events
from mailcore.db.list_store import ListStore
from mailcore.db.tables import list_member
from mailcore.directory.list_member import ListMember
from mailcore.directory.mailing_list import MailingList
from mailcore.mail.content import InlineContent
from mailcore.mail.headers import header_size
from mailcore.mail.incoming import Incoming
from mailcore.passwords import Passwords
from mailcore.verp import VerpMark

DAY = 86_400.0
NOON = (time.time() // DAY - 3.5) * DAY
"""Of a day this week: what is older is forgotten."""
KEN, EVE = "ken@example.org", "eve@example.org"
BOUNCES = "birds-bounces@example.com"
FAILED = (b"failed", b"5.1.1")


def report(
    room: Mailroom, to: str, said: tuple[bytes, bytes] = FAILED, *, day: float = 0, about: str = KEN
) -> Incoming:
    """Give a report that comes to an address."""
    action, status = said
    octets = (
        b"From: MAILER-DAEMON@example.org\r\nSubject: Undelivered\r\nAuto-Submitted: auto-replied\r\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nSorry.\r\n--b\r\n"
        b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n"
        b"Final-Recipient: rfc822; %b\r\nAction: %b\r\nStatus: %b\r\n"
        b"Diagnostic-Code: smtp; 550 5.1.1 nobody of that name\r\n--b--\r\n"
    ) % (about.encode(), action, status)
    return letter(room, to, octets, day=day)


def letter(room: Mailroom, to: str, octets: bytes, *, day: float = 0) -> Incoming:
    mail = room.message(envelope=an_envelope(to, sender=""))
    content = InlineContent(octets)
    return msgspec.structs.replace(mail, content=content, header_size=header_size(octets), accepted_at=NOON + day * DAY)


def address_of(room: Mailroom, member: int, number: int) -> str:
    # Of the first list.
    return room.platform.verp.sender(BOUNCES, 1, VerpMark(member, number))


def count(room: Mailroom) -> int:
    return sum(event.what == events.LIST_BOUNCED for trace in room.heard.traces for event in trace.events)


async def come(room: Mailroom, *mails: Incoming) -> None:
    """Have messages come one after the other, each worked on to its end."""
    async with room.processor(without_sending):
        for mail in mails:
            before = count(room)
            await room.publish(mail)
            await until(lambda before=before: count(room) == before + 1)  # type: ignore[misc]


async def members(room: Mailroom) -> list[ListMember]:
    query = select(*(list_member.c[name] for name in ListMember.model_fields)).order_by(list_member.c.id)
    async with room.platform.database.read() as connection:
        return [ListMember.model_validate(dict(row)) for row in (await connection.execute(query)).mappings()]


async def scores(room: Mailroom) -> list[float]:
    return [member.bounce_score for member in await members(room)]


async def test_a_report_under_a_signed_sender_counts_once_a_day_whatever_it_names(room: Mailroom) -> None:
    await make_list(room, KEN, EVE)
    await come(
        room,
        report(room, address_of(room, 1, 1), about="somebody@example.net"),
        report(room, address_of(room, 1, 2)),
        report(room, address_of(room, 1, 3), day=1),
        report(room, address_of(room, 1, 3), day=2),
    )
    ken, eve = await members(room)
    assert (ken.bounce_score, eve.bounce_score) == (2, 0)
    assert ken.bounce_reason == "550 5.1.1 nobody of that name"
    assert ken.bounced_at is not None
    assert ken.bounced_at.timestamp() == NOON + DAY
    assert ken.delivery == "on"


async def test_delays_answers_successes_and_letters_count_nothing(embedded_room: Mailroom) -> None:
    room = embedded_room
    await make_list(room, KEN, bounce_limit=1)
    to = address_of(room, 1, 1)
    await come(
        room,
        report(room, to, (b"delayed", b"4.4.1")),
        report(room, to, (b"failed", b"4.4.7")),
        report(room, to, (b"delivered", b"2.0.0")),
        letter(room, to, b"From: ken@example.org\r\nAuto-Submitted: auto-replied\r\n\r\n550 5.1.1 User unknown\r\n"),
        letter(room, to, b"From: ken@example.org\r\nSubject: hello\r\n\r\nI am ill.\r\n"),
        letter(room, to, b"Content-Type: multipart/report; report-type=feedback-report\r\n\r\n550 5.1.1\r\n"),
    )
    assert await scores(room) == [0]
    assert await room.jobs() == []


async def test_without_a_signature_nobody_is_meant(embedded_room: Mailroom) -> None:
    room = embedded_room
    await make_list(room, KEN, bounce_limit=1)
    await come(room, report(room, BOUNCES), report(room, "birds@example.com"))
    assert await scores(room) == [0]
    assert await room.jobs() == []


async def test_a_list_without_senders_of_their_own_looks_at_the_addresses_in_reports(embedded_room: Mailroom) -> None:
    room = embedded_room
    await make_list(room, KEN, EVE, verp=False)
    await come(room, report(room, BOUNCES, about="KEN@example.org"), report(room, BOUNCES, about="nobody@example.org"))
    assert await scores(room) == [1, 0]


async def test_what_nobody_signed_has_a_member_probed_but_never_suspended(embedded_room: Mailroom) -> None:
    room = embedded_room
    await make_list(room, KEN, verp=False, bounce_limit=1)
    await come(room, *(report(room, BOUNCES, day=day) for day in (0, 0.1, 1, 2)))
    (ken,) = await members(room)
    assert ken.probed_at is not None
    assert (ken.delivery, ken.suspended) == ("on", False)


async def test_nothing_is_held_against_who_wants_no_posts(embedded_room: Mailroom) -> None:
    room = embedded_room
    made = await make_list(room, KEN, bounce_limit=1)
    await come(room, report(room, address_of(room, 1, 1)))
    await patch(room, made, KEN, delivery="off")
    # The probe comes back, and so does a post that was on its way.
    await come(room, report(room, address_of(room, 1, 0), day=0.1), report(room, address_of(room, 1, 2), day=1))
    (ken,) = await members(room)
    assert (ken.delivery, ken.suspended, ken.bounce_score) == ("off", False, 1)


async def test_a_probe_is_sent_and_what_comes_back_to_it_suspends_and_is_told(room: Mailroom) -> None:
    await make_list(room, KEN, EVE, bounce_limit=2, language="ja")
    first, second = (report(room, address_of(room, 1, day + 1), day=day) for day in (0, 1))
    await come(room, first, second)
    async with room.processor(without_sending):
        await until(lambda: has_outgoing(room))
    (probe,) = await outgoing(room)
    assert probe.sender == address_of(room, 1, 0)
    assert [one.address for one in probe.recipients] == [KEN]
    assert (await members(room))[0].probed_at is not None
    # Another post that comes back changes nothing; the probe does.
    await come(room, report(room, address_of(room, 1, 3), day=2))
    assert (await members(room))[0].delivery == "on"
    await come(room, report(room, probe.sender, day=2.1), report(room, probe.sender, day=2.2))
    ken, eve = await members(room)
    assert (ken.delivery, ken.suspended, eve.delivery) == ("off", True, "on")
    async with room.processor(without_sending):
        await until(lambda: len(room.files("ada@example.com")) == 1)
    told = room.files("ada@example.com")[0].read_bytes()
    assert told.count(b"List-Id: <birds.example.com>") == 1
    assert b"X-Loop: birds@example.com" in told


async def has_outgoing(room: Mailroom) -> bool:
    return bool(await outgoing(room))


async def test_whoever_was_suspended_gets_posts_again_when_he_says_so(embedded_room: Mailroom) -> None:
    room = embedded_room
    made = await make_list(room, KEN, bounce_limit=1)
    await come(room, report(room, address_of(room, 1, 1)), report(room, address_of(room, 1, 0), day=0.1))
    assert (await members(room))[0].suspended
    await patch(room, made, KEN, delivery="on")
    (ken,) = await members(room)
    assert (ken.suspended, ken.bounce_score, ken.delivery) == (False, 0, "on")


async def patch(room: Mailroom, owner: MailingList, address: str, **changes: object) -> None:
    passwords = Passwords()
    await ListStore(room.platform.database, passwords).members(owner).patch(address, changes, "test")
    passwords.close()


async def test_who_is_no_member_any_more_is_nobody(embedded_room: Mailroom) -> None:
    room = embedded_room
    await make_list(room, KEN)
    await come(room, report(room, address_of(room, 99, 1)))
    assert await scores(room) == [0]


async def test_a_report_too_large_to_travel_is_read_at_its_beginning(embedded_room: Mailroom) -> None:
    room = embedded_room
    await make_list(room, KEN)
    small = report(room, address_of(room, 1, 1))
    assert isinstance(small.content, InlineContent)
    octets = small.content.octets.removesuffix(b"--b--\r\n") + b"--b\r\n\r\n" + b"x" * 998 + b"\r\n" * 2
    await come(room, await room.with_stored_content(small, octets + b"y\r\n" * 200_000))
    assert await scores(room) == [1]


async def test_a_report_that_is_processed_again_counts_once(embedded_room: Mailroom) -> None:
    room = embedded_room
    await make_list(room, KEN, EVE, verp=False)
    mail = report(room, BOUNCES)
    await come(room, mail)
    async with room.processor(without_sending):
        await room.publish(mail)
        await until(lambda: sum(any(e.stage == "plan" for e in trace.events) for trace in room.heard.traces) == 2)
        await until(lambda: no_jobs(room))
    assert await scores(room) == [1, 0]


async def no_jobs(room: Mailroom) -> bool:
    return await room.jobs() == []
