"""One story: an account sends its mail on and keeps no copy, and in the end, after a crash, nobody takes it.

Its sender hears of each refusal, and the message comes back, once, to the account's `.Trash`. One server that takes it
is enough for it not to.
"""

import asyncio
import re
import time
from collections.abc import Callable

import pytest
from tests.e2e.forms import Form
from tests.e2e.service import wait_until
from tests.fakes.relay import Relay

from mailcore import events

pytestmark = pytest.mark.e2e

ADA, KEN, LEE, BOB = "ada@example.com", "ken@example.org", "lee@example.net", "bob@sender.test"
LETTER = b"From: bob@sender.test\r\nTo: ada@example.com\r\nMessage-ID: <%d@x>\r\nSubject: hello\r\n\r\nNumber %d.\r\n"
REFUSED = "550 5.1.1 Nobody of that name"
FINAL_RECIPIENT = re.compile(r"^Final-Recipient: (.+)$", re.MULTILINE)
PATIENCE = 120
"""Seconds: far more than any step takes, a lease that has to expire included."""


def set_up(form: Form, relay: Relay, slow: Relay) -> None:
    """Have ada's mail sent on, and wait for nothing long."""
    form.make_accounts(ADA)
    form.make(f"/accounts/{ADA}/forwards", to=[KEN, LEE], keep_copy=False)
    delivery = {
        "routes": {"example.org": relay.address, "sender.test": relay.address, "example.net": slow.address},
        "tls": "off",
        "retry_seconds": [3],
        "backoff_seconds": 0,
    }
    assert form.api.patch("/settings/delivery", json=delivery).status_code == 200
    # Nothing shows from outside when it holds everywhere.
    time.sleep(2)


def send(form: Form, number: int) -> str:
    """Send a message; give the id that its 250 names."""
    return form.send(BOB, [ADA], LETTER % (number, number)).rpartition(" ")[2]


def told_of(relay: Relay) -> list[str]:
    """Give whom the reports are about that the sender has, in order."""
    reports = (one.content.decode().replace("\r\n", "\n") for one in relay.received if one.recipients == [BOB])
    return [found for report in reports for found in FINAL_RECIPIENT.findall(report)]


def queue(form: Form) -> list[tuple[str, bool]]:
    """Give what is still to be done, each with whether it has been tried."""
    return [(job["state"], job["attempt"] > 0) for job in form.api.get("/queue").json()["items"]]


def traced(form: Form, number: str) -> list[str]:
    """Give what is known to have happened to a message: what was told right before a crash may be lost, even all."""
    answer = form.api.get(f"/messages/{number}")
    return [event["what"] for event in answer.json()["events"]] if answer.is_success else []


def crash(form: Form) -> None:
    """Kill whatever processes mail, and have it started again."""
    delivering = [one for name, one in form.services.items() if name == "standalone" or name.startswith("processor")]
    for service in delivering:
        service.kill()
    form.start()


async def wait(condition: Callable[[], bool], what: str) -> None:
    """Wait while the servers of this process answer."""
    await asyncio.to_thread(wait_until, condition, PATIENCE, what=what)


async def test_what_nobody_takes_in_the_end_comes_back_and_its_sender_hears(form: Form) -> None:
    async with Relay() as relay, Relay() as slow:
        await asyncio.to_thread(set_up, form, relay, slow)
        relay.on(f"RCPT TO:<{KEN}>", REFUSED)
        slow.on("RCPT", "451 4.7.1 Not today")
        number = await asyncio.to_thread(send, form, 1)
        await wait(lambda: told_of(relay) == [f"rfc822; {KEN}"], "a report of the first refusal")
        await wait(lambda: queue(form) == [("ready", True)], "a try at the other")
        await asyncio.to_thread(crash, form)
        assert form.messages(ADA) == []

        slow.forget()
        slow.on("RCPT", REFUSED)
        await asyncio.to_thread(form.wait_for_messages, ADA, 1, PATIENCE)
        await wait(lambda: len(told_of(relay)) == 2, "a report of the last refusal")
        assert told_of(relay) == [f"rfc822; {KEN}", f"rfc822; {LEE}"]
        assert {one.mail.partition(" SIZE")[0] for one in relay.received} == {"MAIL FROM:<>"}
        await wait(lambda: queue(form) == [], "nothing is left to do")
        (kept,) = form.messages(ADA)
        assert kept.parent.parent.name == ".Trash"
        assert kept.read_text().startswith(f"Return-Path: <{BOB}>\nDelivered-To: {ADA}\n")
        assert kept.read_text().endswith("\nSubject: hello\n\nNumber 1.\n")
        await wait(lambda: events.TAKEN_BACK in traced(form, number), "the trace says so")

        slow.forget()
        await asyncio.to_thread(send, form, 2)
        await wait(lambda: bool(slow.received) and len(told_of(relay)) == 3, "one takes it, the other does not")
        await wait(lambda: queue(form) == [], "nothing is left to do")
        assert slow.received[0].content.endswith(b"\r\nNumber 2.\r\n")
        assert form.messages(ADA) == [kept]
