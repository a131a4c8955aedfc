"""One story: a mailing list is made over REST, and lives by mail and by links from then on, in every form.

People here and elsewhere subscribe, by mail or on a page, and confirm; a post reaches each with a sender and a link of
their own; what comes back is held against whose copy it was; one click leaves, and looking at the link does not.
"""

import asyncio
import re
import smtplib
import time
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import httpx
import pytest
from tests.e2e.forms import HOST, Form
from tests.e2e.service import wait_until
from tests.fakes.relay import Relay

pytestmark = pytest.mark.e2e

ADA, BEA, KEN = "ada@example.com", "bea@example.com", "ken@example.org"
LIST, REQUEST = "birds@example.com", "birds-request@example.com"
PUBLIC_URL = "https://lists.example.com/birds"
PAGE = f"/s/{LIST}"
COPY_SENDER = re.compile(r"birds-bounces\+[0-9a-z]+-[0-9a-z]+-[2-7a-z]{8}@example\.com")
LINK = re.compile(rf"<{re.escape(PUBLIC_URL)}(/l/[\w-]+)>,\s+<mailto:birds-request@example\.com\?subject=unsubscribe>")
PATIENCE = 60
"""Seconds: far more than any step takes."""
REPORT = (
    b"From: MAILER-DAEMON@example.org\r\nSubject: Undelivered\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nSorry.\r\n--b\r\n"
    b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n"
    b"Final-Recipient: rfc822; ken@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    b"Diagnostic-Code: smtp; 550 5.1.1 nobody of that name\r\n--b--\r\n"
)


@pytest.fixture
def environment() -> dict[str, Any]:
    """Have links in posts."""
    return {"PUBLIC_URL": PUBLIC_URL}


class Village:
    """The form, the server elsewhere, and what the three have got."""

    def __init__(self, form: Form, relay: Relay) -> None:
        self.form = form
        self.relay = relay

    def set_up(self) -> None:
        """Make the list, and have its domain sign: without that no copy has a link."""
        form = self.form
        form.make_accounts(ADA, BEA)
        key = form.make("/domains/example.com/dkim", algorithm="ed25519-sha256")
        signing = form.api.patch(
            f"/domains/example.com/dkim/{key['selector']}", params={"force": "true"}, json={"state": "active"}
        )
        assert signing.status_code == 200, signing.text
        # Those here write from this machine without a login.
        form.make("/access-rules", kind="relay", match="127.0.0.0/8")
        assert form.api.patch("/settings/smtp", json={"relay_ips_bypass_auth": True}).status_code == 200
        delivery = {"routes": {"example.org": self.relay.address}, "tls": "off"}
        assert form.api.patch("/settings/delivery", json=delivery).status_code == 200
        form.make("/lists", address=LIST, name="birds", owner=BEA, subscription_page=True)
        # Nothing shows from outside when it holds everywhere.
        time.sleep(2)

    def write(self, author: str, to: str, subject: str, text: str = "") -> None:
        """Send a message."""
        octets = f"From: {author}\r\nTo: {to}\r\nSubject: {subject}\r\n\r\n{text}\r\n".encode()
        self.form.send(author, [to], octets)

    def mails(self, address: str) -> list[EmailMessage]:
        """Give all that somebody has got, wherever they are."""
        if address == KEN:
            octets = [one.content for one in self.relay.received if one.recipients == [KEN]]
        else:
            octets = [file.read_bytes() for file in self.form.messages(address)]
        return [message_from_bytes(one, policy=policy.default) for one in octets]

    def questions(self, address: str) -> list[EmailMessage]:
        """Give those that a list wants answered."""
        return [mail for mail in self.mails(address) if re.search(r"confirm [a-z2-7]{32}", str(mail["Subject"]))]

    def copies(self, address: str, number: int) -> list[EmailMessage]:
        """Give the copies that somebody has got of a post."""
        return [mail for mail in self.mails(address) if mail["X-Mail-Count"] == str(number)]

    def members(self) -> dict[str, float]:
        """Give who is on the list, and what is held against each."""
        items = self.form.api.get(f"/lists/{LIST}/members").json()["items"]
        return {one["address"]: one["bounce_score"] for one in items}

    def click(self, link: str, method: str, **said: str) -> httpx.Response:
        """Follow a link, as the proxy before the public port has it done."""
        return httpx.request(method, f"http://{HOST}:{self.form.ports['public']}{link}", data=said or None, timeout=20)


async def wait(condition: Callable[[], bool], what: str) -> None:
    """Wait while the server of this process answers."""
    await asyncio.to_thread(wait_until, condition, PATIENCE, what=what)


async def subscribe(village: Village, address: str) -> None:
    """Ask by mail, and answer what the list asks: a plain reply does."""
    await asyncio.to_thread(village.write, address, REQUEST, "subscribe")
    await wait(lambda: bool(village.questions(address)), f"{address} is asked")
    assert address not in await asyncio.to_thread(village.members)
    (asked,) = village.questions(address)
    assert str(asked["Auto-Submitted"]).startswith("auto-")
    reply_to = asked["From"].addresses[0].addr_spec
    assert reply_to == REQUEST
    await asyncio.to_thread(village.write, address, reply_to, f"Re: {asked['Subject']}")
    await wait(lambda: address in village.members(), f"{address} is a member")


async def subscribe_on_the_page(village: Village, address: str) -> None:
    """Ask on the list's page, and answer by the link in what comes."""
    shown = await asyncio.to_thread(village.click, PAGE, "GET")
    (ticket,) = re.findall(r'name="ticket" value="([^"]+)"', shown.text)
    asked = await asyncio.to_thread(village.click, PAGE, "POST", address=address, ticket=ticket)
    assert asked.status_code == 200, asked.text
    await wait(lambda: bool(village.questions(address)), f"{address} is asked")
    (question,) = village.questions(address)
    (link,) = re.findall(rf"{re.escape(PUBLIC_URL)}(/c/\S+)", question.get_content())
    assert (await asyncio.to_thread(village.click, link, "GET")).status_code == 200
    assert address not in await asyncio.to_thread(village.members)
    assert (await asyncio.to_thread(village.click, link, "POST", answer="approve")).status_code == 200
    assert address in await asyncio.to_thread(village.members)


async def post(village: Village, number: int, *, to: tuple[str, ...]) -> None:
    """Have ada post, and wait until all have it."""
    await asyncio.to_thread(village.write, ADA, LIST, "herons", f"Heron {number}.")
    for address in to:
        await wait(lambda address=address: bool(village.copies(address, number)), f"{address} has post {number}")  # type: ignore[misc]


def each_has_one_of_their_own(village: Village) -> None:
    senders = set()
    for address in (ADA, BEA, KEN):
        (copy,) = village.copies(address, 1)
        assert (copy["Subject"], copy["From"], copy["List-Id"]) == ("[birds] herons", ADA, "<birds.example.com>")
        assert copy.get_content().replace("\r\n", "\n").startswith("Heron 1.\n")
        if address == KEN:
            assert link_in(copy)
            assert copy["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        else:  # which nobody signs
            assert copy["List-Unsubscribe"] == "<mailto:birds-request@example.com?subject=unsubscribe>"
            assert copy["List-Unsubscribe-Post"] is None
            senders.add(copy["Return-Path"].strip("<>"))
    senders.add(sender_elsewhere(village))
    assert len(senders) == 3
    assert all(COPY_SENDER.fullmatch(sender) for sender in senders)
    # RFC 8058 4: both fields are signed.
    signed = re.sub(r"\s", "", village.copies(KEN, 1)[0]["DKIM-Signature"]).lower()
    assert "d=example.com;" in signed
    fields = re.findall(r"(?<=[;])h=([^;]*)", signed)[0].split(":")
    assert {"list-unsubscribe", "list-unsubscribe-post"} <= set(fields)


def link_in(copy: EmailMessage) -> str:
    found = LINK.fullmatch(str(copy["List-Unsubscribe"]))
    assert found is not None, copy["List-Unsubscribe"]
    return found[1]


def sender_elsewhere(village: Village) -> str:
    """Give the envelope sender of ken's copy."""
    (line,) = [one.mail for one in village.relay.received if b"\r\nX-Mail-Count: 1\r\n" in one.content]
    return line.partition("<")[2].partition(">")[0]


async def what_comes_back_counts(village: Village) -> None:
    sender = sender_elsewhere(village)
    forged = sender.replace(sender[-20:-12], "aaaaaaaa")
    with pytest.raises(smtplib.SMTPRecipientsRefused, match=r"5\.1\.1"):
        await asyncio.to_thread(village.form.send, "", [forged], REPORT)
    await wait(lambda: village.form.api.get("/queue").json()["items"] == [], "all that was said has come")
    before = [len(village.mails(address)) for address in (ADA, BEA, KEN)]
    await asyncio.to_thread(village.form.send, "", [sender], REPORT)
    await wait(lambda: village.members()[KEN] == 1, "it is held against ken")
    assert village.members() == {ADA: 0, BEA: 0, KEN: 1}
    assert [len(village.mails(address)) for address in (ADA, BEA, KEN)] == before


def one_click_leaves(village: Village) -> None:
    link = link_in(village.copies(KEN, 1)[0])
    seen = village.click(link, "GET")
    assert (seen.status_code, KEN in seen.text) == (200, True)
    assert KEN in village.members()
    assert village.click(f"{link[:-1]}{'A' if link[-1] != 'A' else 'B'}", "POST").status_code == 404
    left = village.click(link, "POST", **{"List-Unsubscribe": "One-Click"})
    assert left.status_code == 200, left.text
    assert village.members() == {ADA: 0, BEA: 0}


async def test_a_list_lives(form: Form) -> None:
    async with Relay() as relay:
        village = Village(form, relay)
        await asyncio.to_thread(village.set_up)
        for address in (ADA, KEN):
            await subscribe(village, address)
        await subscribe_on_the_page(village, BEA)
        await post(village, 1, to=(ADA, BEA, KEN))
        await asyncio.to_thread(each_has_one_of_their_own, village)
        await what_comes_back_counts(village)
        await asyncio.to_thread(one_click_leaves, village)
        await post(village, 2, to=(ADA, BEA))
        await wait(lambda: form.api.get("/queue").json()["items"] == [], "nothing is left to do")
        assert [len(village.copies(address, 2)) for address in (ADA, BEA, KEN)] == [1, 1, 0]
        assert form.api.get("/queue/dead-letters").json()["items"] == []
