"""Addons at work: what they change and decide, for whom, and what they are told."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.builders import an_envelope
from tests.integration.processor.addon_office import ADA, BEA, MESSAGE, Office, holds, opened
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.waiting import until, until_retried

from mailcore import events
from mailcore.mail.incoming import Marks


@pytest.fixture
async def office(embedded_room: Mailroom, tmp_path: Path) -> AsyncIterator[Office]:
    async with opened(embedded_room, tmp_path / "addons") as opened_office:
        yield opened_office


async def test_addons_work_on_every_part(room: Mailroom, tmp_path: Path) -> None:
    async with opened(room, tmp_path / "addons") as office:
        await office.add("once")
        await office.add("twice")
        await office.add("fields", scope=ADA)
        await holds()
        await office.deliver(ADA, BEA)
    (ada,), (bea,) = office.stored(ADA), office.stored(BEA)
    assert b"Subject: [2] [1] hello\n" in ada
    assert b"X-Scanned: by us\nX-Score: =?" in ada
    assert ada.endswith(b"\n\n.How are you?\n")
    assert b"Subject: [2] [1] hello\n" in bea
    assert b"X-Scanned" not in bea
    assert ada.count(b"Received: from client.example.net") == bea.count(b"Received: from client.example.net") == 1
    ran = [(event.detail["addon"], event.detail["did"]) for event in office.happened(events.ADDON_RAN)]
    # Whoever gets other addons goes another way; what is alike goes together.
    assert sorted(ran) == [
        ("the fields", "added header fields"),
        ("the once", "changed it"),
        ("the once", "changed it"),
        ("the twice", "changed it"),
        ("the twice", "changed it"),
    ]
    queued, *_ = room.heard.traces
    assert {one.outcome for one in queued.recipients} == {events.QUEUED}
    assert all(one.outcome == events.DELIVERED for one in room.heard.traces[-1].recipients)


async def test_who_gets_the_same_is_asked_about_once(office: Office) -> None:
    await office.add("change")
    await holds()
    await office.deliver(ADA, BEA)
    assert len(office.happened(events.ADDON_RAN)) == 1
    for address in (ADA, BEA):
        (stored,) = office.stored(address)
        assert stored.endswith(b"From: bob@example.net\nSubject: changed\n\n.Who are you?\n")
        assert f"Delivered-To: {address}\n".encode() in stored


async def test_what_it_decides_is_done(office: Office) -> None:
    await office.room.make_account("cas@example.com")
    await office.add("discard", scope=ADA)
    await office.add("reject", scope=BEA)
    await office.add("trash", scope="cas@example.com")
    await holds()
    mail = {"envelope": an_envelope(ADA, BEA, "cas@example.com", sender="cas@example.com"), "accepted_at": time.time()}
    await office.deliver(**mail)
    assert office.stored(ADA) == office.stored(BEA) == []
    trashed, report = sorted(office.room.files("cas@example.com"), key=lambda path: path.parent.parent.name != ".Trash")
    assert trashed.parent.parent.name == ".Trash"
    assert b"no cats here" in report.read_bytes()
    assert b"Status: 5.7.1\n" in report.read_bytes()


async def test_of_incomplete_mail_that_is_refused_nobody_is_told(office: Office) -> None:
    await office.add("reject")
    await holds()
    await office.deliver(ADA, marks=Marks(incomplete=True), envelope=an_envelope(ADA, sender=BEA))
    assert office.stored(ADA) == office.stored(BEA) == []


async def test_it_is_told_the_facts_and_nothing_of_ours(office: Office) -> None:
    await office.add("facts", command=["facts", "a b", "$(id)", "; rm"])
    await holds()
    await office.deliver(ADA)
    (stored,) = office.stored()
    header = stored.partition(b"\n\n")[0].decode()
    for line in (
        "MAIL-SENDER: bob@example.net",
        "MAIL-RECIPIENT: ada@example.com",
        "MAIL-RECIPIENT-COUNT: 1",
        "MAIL-CLIENT-IP: 192.0.2.1",
        "MAIL-CLIENT-HELO: client.example.net",
        "MAIL-LISTENER: smtp",
        "MAIL-ADDON: the facts",
        "MAIL-ATTEMPT: 1",
        f"MAIL-SIZE: {len(MESSAGE)}",
        "X-Arguments: a b $(id) ; rm",
        "X-Path: /usr/local/bin:/usr/bin:/bin",
        "X-Others: 0",
    ):
        assert line in header.splitlines(), line


async def test_large_messages_in_and_out(office: Office) -> None:
    await office.add("change")
    await office.add("grow")
    await holds()
    octets = MESSAGE + b"a line of text\r\n" * 20_000
    mail = await office.room.with_stored_content(office.room.message(ADA), octets)
    await office.room.publish(mail)
    await until(lambda: bool(office.stored()), 20)
    await until(office.is_over)
    (stored,) = office.stored()
    assert b"Subject: changed\n\n.Who are you?\na line of text\n" in stored
    assert stored.count(b"a line of text\n") == 20_000
    assert stored.rstrip(b"\nx").endswith(b"a line of text")
    assert len(stored) > 600_000


async def test_a_catch_all_is_for_unknown_users_alone(office: Office) -> None:
    await office.set(catch_all_address=ADA)
    await office.add("once", scope="unknown:example.com")
    await office.add("twice", scope="example.com")
    await holds()
    await office.deliver("nobody@example.com")
    await office.deliver(BEA)
    assert b"Subject: [1] hello\n" in office.stored(ADA)[0]
    assert b"Subject: [2] hello\n" in office.stored(BEA)[0]


async def test_one_that_is_gone_is_passed_over(office: Office) -> None:
    await office.add("later")
    await holds()
    await office.room.publish(office.room.message(ADA, octets=MESSAGE))

    async def waits() -> bool:
        return [job.state for job in await office.room.jobs()] == ["ready"]

    await until(waits)
    assert (await office.api.delete("/addons/1")).status_code == 204
    await holds()
    await until_retried(office.room.platform.database, office.is_over)
    assert len(office.stored()) == 1
    assert office.happened(events.ADDON_FAILED)[0].detail["reason"] == "it is in use no more"


async def test_a_message_that_comes_again_arrives_once(office: Office) -> None:
    await office.add("change")
    await holds()
    mail = office.room.message(ADA, octets=MESSAGE)
    for _ in range(2):
        before = len(office.happened(events.PLANNED))
        await office.room.publish(mail)
        await until(lambda before=before: len(office.happened(events.PLANNED)) > before)  # type: ignore[misc]
        await until(office.is_over)
    assert len(office.stored()) == 1
