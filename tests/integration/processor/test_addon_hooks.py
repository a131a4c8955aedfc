"""Addons that are web hooks, at a real HTTP server: what they change, and that nothing they do holds up mail."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.fakes.https_server import HttpsServer
from tests.integration.processor.addon_office import ADA, BEA, MESSAGE, Office, holds, opened
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.waiting import until, until_retried

from mailcore import events


@pytest.fixture
async def web() -> AsyncIterator[HttpsServer]:
    async with HttpsServer(None) as server:
        yield server


@pytest.fixture
async def office(embedded_room: Mailroom, tmp_path: Path, web: HttpsServer) -> AsyncIterator[Office]:
    async with opened(embedded_room, tmp_path / "addons", f"127.0.0.1:{web.port}") as opened_office:
        yield opened_office


def url(web: HttpsServer) -> str:
    return f"http://127.0.0.1:{web.port}/scan"


def is_as_it_was(stored: bytes) -> bool:
    return stored.endswith(b"\tby mx.example.com\n" + MESSAGE.replace(b"\r\n", b"\n"))


async def test_on_every_part_it_gets_the_message_and_its_answer_holds(room: Mailroom, tmp_path: Path) -> None:
    async with (
        HttpsServer(None, "X-Scanned: by the web\n") as web,
        opened(room, tmp_path / "addons", f"127.0.0.1:{web.port}") as office,
    ):
        web.extra = "Addon-Answer: 11\r\n"
        await office.add("hook", url=url(web))
        await holds()
        await office.deliver(ADA, BEA)
    (asked,) = web.asked
    assert asked.line == "POST /scan HTTP/1.1"
    assert asked.body.endswith(MESSAGE)
    assert (asked.headers["mail-recipients"], asked.headers["mail-addon"]) == (f"{ADA}%0A{BEA}", "the hook")
    for address in (ADA, BEA):
        (stored,) = office.stored(address)
        assert b"\nX-Scanned: by the web\n" in stored


async def test_a_verdict_is_the_last_word(office: Office, web: HttpsServer) -> None:
    web.extra = "Addon-Answer: 22\r\n"
    await office.add("hook", url=url(web))
    await holds()
    await office.deliver()
    (path,) = office.room.files(ADA)
    assert path.parent.parent.name == ".Trash"


@pytest.mark.parametrize(
    ("says", "body", "why"),
    [
        ("99", "", "it ended with 99, which means nothing here"),
        ("10", "x" * 2_000_000, "it answered more than "),
        ("10", "no message", "the answer does not begin with a header field"),
        ("10\r\nContent-Encoding: gzip", "x", "its answer is encoded ('gzip')"),
    ],
)
async def test_whatever_it_answers_the_message_arrives_as_it_was(
    office: Office, web: HttpsServer, says: str, body: str, why: str
) -> None:
    web.extra, web.body = f"Addon-Answer: {says}\r\n", body.encode()
    await office.set(max_message_size=100_000)
    await office.add("hook", url=url(web))
    await holds()
    await office.deliver()
    (stored,) = office.stored()
    assert is_as_it_was(stored)
    (event,) = office.happened(events.ADDON_FAILED)
    assert event.detail["reason"].startswith(why)


@pytest.mark.parametrize("status", ["302 Found", "308 Permanent Redirect"])
async def test_no_redirect_takes_mail_elsewhere(office: Office, web: HttpsServer, status: str) -> None:
    async with HttpsServer(None) as elsewhere:
        web.status, web.extra = status, f"Location: {url(elsewhere)}\r\nAddon-Answer: 20\r\n"
        await office.add("hook", url=url(web))
        await holds()
        await office.deliver()
    assert elsewhere.asked == []
    assert is_as_it_was(office.stored()[0])
    assert office.happened(events.ADDON_FAILED)[0].detail["reason"] == f"it answered {status[:3]}"


async def test_one_that_hangs_is_left_in_time_and_holds_up_nobody(office: Office, web: HttpsServer) -> None:
    web.hangs = True
    await office.set(addon_timeout_seconds=1)
    await office.add("hook", url=url(web), scope=ADA)
    await holds()
    await office.room.publish(*(office.room.message(ADA, octets=MESSAGE) for _ in range(6)))
    await office.deliver(BEA)
    assert len(office.stored(BEA)) == 1
    await until(lambda: len(office.stored(ADA)) == 6, 60)
    assert {event.detail["reason"] for event in office.happened(events.ADDON_FAILED)} == {
        "it did not answer within 1 s"
    }


async def test_one_that_is_away_is_waited_for(embedded_room: Mailroom, tmp_path: Path) -> None:
    room, web = embedded_room, HttpsServer(None)
    async with web:
        pass
    web.extra = "Addon-Answer: 20\r\n"
    async with opened(room, tmp_path / "addons", f"127.0.0.1:{web.port}") as office:
        await office.add("hook", url=url(web))
        await holds()
        await room.publish(room.message(ADA, octets=MESSAGE))

        async def waits() -> bool:
            return ["cannot be reached" in (job.last_error or "") for job in await room.jobs()] == [True]

        await until(waits)
        async with web:
            await until_retried(room.platform.database, office.is_over)
            await until(lambda: office.happened(events.ADDON_RAN))
    assert office.stored() == []
    assert [event.detail["did"] for event in office.happened(events.ADDON_RAN)] == ["dropped it"]


async def test_a_host_that_the_deployment_allows_no_more_is_not_asked(
    embedded_room: Mailroom, tmp_path: Path, web: HttpsServer
) -> None:
    room, here = embedded_room, f"127.0.0.1:{web.port}"
    async with opened(room, tmp_path / "addons", here) as before:
        await before.add("hook", url=url(web))
    async with opened(room, tmp_path / "addons", "hooks.test") as office:
        await holds()
        await office.deliver()
    assert web.asked == []
    assert is_as_it_was(office.stored()[0])
    (event,) = office.happened(events.ADDON_FAILED)
    assert event.detail["reason"] == f"{here} is no host that hooks may be at; allowed: hooks.test"
