"""One story: an account is away. Its mail goes on to another server, and whoever writes hears so, once."""

import asyncio
import re
import smtplib
import time

import pytest
from tests.e2e.forms import Form
from tests.e2e.service import wait_until
from tests.fakes.relay import Received, Relay

pytestmark = pytest.mark.e2e

ADA, BEA, KEN = "ada@example.com", "bea@example.com", "ken@example.org"
LETTER = b"From: bob@example.net\r\nTo: ada@example.com\r\nMessage-ID: <%d@x>\r\nSubject: hello\r\n\r\nbody\r\n"


def set_up(form: Form, port: int) -> None:
    form.make_accounts(ADA, BEA)
    routes = {"example.org": f"127.0.0.1:{port}", "example.net": f"127.0.0.1:{port}"}
    assert form.api.patch("/settings/delivery", json={"routes": routes, "tls": "off"}).status_code == 200
    form.make(f"/accounts/{ADA}/forwards", to=[KEN, BEA], keep_copy=False)
    away = {"body": "留守です。\n", "subject": "Away: %s"}
    assert form.api.put(f"/accounts/{ADA}/autoreply", json=away).status_code == 200
    # Nothing shows from outside when it holds everywhere.
    time.sleep(2)


def for_(relay: Relay, address: str) -> list[Received]:
    return [one for one in relay.received if one.recipients == [address]]


async def test_mail_goes_on_and_its_sender_hears_once(form: Form) -> None:
    async with Relay() as relay:
        await asyncio.to_thread(set_up, form, relay.port)
        for number in (1, 2):
            await asyncio.to_thread(form.send, "bob@example.net", [ADA], LETTER % number)
        await asyncio.to_thread(wait_until, lambda: len(for_(relay, KEN)) == 2, 30, what="forwarded mail")
        await asyncio.to_thread(form.wait_for_messages, BEA, 2)
        await asyncio.to_thread(wait_until, lambda: bool(for_(relay, "bob@example.net")), 30, what="an autoreply")
        sent = for_(relay, KEN)[0]
        assert sent.content.startswith(b"Delivered-To: ada@example.com\r\nAuthentication-Results: mail.example.com;")
        assert any(sent.content.endswith(LETTER % number) for number in (1, 2))
        # It comes back, and stays.
        await asyncio.to_thread(form.send, KEN, [ADA], sent.content)
        await asyncio.to_thread(form.wait_for_messages, ADA, 1)
        await asyncio.sleep(2)
        assert len(for_(relay, KEN)) == 2
        (answer,) = for_(relay, "bob@example.net")
        assert answer.mail.upper().startswith("MAIL FROM:<>")
        assert b"\r\nSubject: Away: hello\r\n" in answer.content
        assert b"\r\nAuto-Submitted: auto-replied\r\n" in answer.content
        assert len(form.messages(BEA)) == 2


async def test_a_report_about_forwarded_mail_comes_back_to_its_sender_and_nothing_else_does(form: Form) -> None:
    async with Relay() as relay:
        await asyncio.to_thread(set_up, form, relay.port)
        await asyncio.to_thread(form.send, "noreply@example.net", [ADA], LETTER % 1)
        await asyncio.to_thread(wait_until, lambda: len(for_(relay, KEN)) == 1, 30, what="forwarded mail")
        ours = for_(relay, KEN)[0].mail.partition("<")[2].partition(">")[0]
        assert ours.startswith("SRS0=")
        await asyncio.to_thread(form.send, "", [ours], b"Subject: failed\r\n\r\nbody\r\n")
        await asyncio.to_thread(wait_until, lambda: bool(for_(relay, "noreply@example.net")), 30, what="the report")
    for sender, recipient, reply in (
        ("bob@example.net", ours, "5.7.1"),
        ("", ours.replace("noreply", "eve"), "5.1.1"),
    ):
        with pytest.raises(smtplib.SMTPRecipientsRefused, match=f"550.*{re.escape(reply)}"):
            await asyncio.to_thread(form.send, sender, [recipient], b"Subject: x\r\n\r\nbody\r\n")
