"""One story: posts are collected, processors die, and when they are back each reader has them in one digest, signed.

Servers elsewhere verify what they got: one takes 8 bit, the other does not.
"""

import asyncio
import re
import time
from base64 import b64encode
from collections.abc import Callable, Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import dkim
import pytest
from tests.e2e.forms import Form
from tests.e2e.service import wait_until
from tests.fakes.relay import Received, Relay

pytestmark = pytest.mark.e2e

LIST = "birds@example.com"
ADA, BEA = "ada@example.com", "bea@example.com"
KEN, LEE, MIA = "ken@example.org", "lee@example.net", "mia@example.net"
READERS = ((BEA, "plain"), (KEN, "mime"), (LEE, "mime"), (MIA, "plain"))
HEAD = f"From: Ada <{ADA}>\r\nTo: {LIST}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset="
SUBJECT = f"=?ISO-2022-JP?B?{b64encode('青鷺'.encode('iso-2022-jp')).decode()}?="
JAPANESE = f"{HEAD}iso-2022-jp\r\nSubject: {SUBJECT}\r\n\r\n青鷺を見ました。\r\n".encode("iso-2022-jp")
EIGHT_BIT = f"{HEAD}utf-8\r\nContent-Transfer-Encoding: 8bit\r\nSubject: storks\r\n\r\nStörche\r\n.\r\n..\r\n".encode()
NARROW = ("PIPELINING", "SIZE 52428800", "ENHANCEDSTATUSCODES")
SIGNED = {b"from", b"subject", b"list-unsubscribe", b"list-unsubscribe-post"}
COPY_SENDER = re.compile(r"MAIL FROM:<birds-bounces\+[0-9a-z]+-2-[2-7a-z]{8}@example\.com>")
PUBLIC_URL = "https://lists.example.com/birds"
MORE_THAN_ONE = 1_000
"""Octets: one post is smaller, and both together are not."""
PATIENCE = 60
"""Seconds: far more than any step takes."""


@pytest.fixture
def environment() -> dict[str, Any]:
    """Have links in posts."""
    return {"PUBLIC_URL": PUBLIC_URL}


async def wait(condition: Callable[[], bool], what: str) -> None:
    """Wait while the servers of this process answer."""
    await asyncio.to_thread(wait_until, condition, PATIENCE, what=what)


def set_up(form: Form, wide: Relay, narrow: Relay) -> dict[str, str]:
    """Make a list of which all but one get digests; give the record by which its domain's signatures are verified."""
    form.make_accounts(ADA, BEA)
    key = form.make("/domains/example.com/dkim", algorithm="ed25519-sha256")
    signing = form.api.patch(
        f"/domains/example.com/dkim/{key['selector']}", params={"force": "true"}, json={"state": "active"}
    )
    assert signing.status_code == 200, signing.text
    form.make("/access-rules", kind="relay", match="127.0.0.0/8")
    assert form.api.patch("/settings/smtp", json={"relay_ips_bypass_auth": True}).status_code == 200
    delivery = {"routes": {"example.org": narrow.address, "example.net": wide.address}, "tls": "off"}
    assert form.api.patch("/settings/delivery", json=delivery).status_code == 200
    form.make("/lists", address=LIST, name="birds", owner=BEA)
    form.make(f"/lists/{LIST}/members", address=ADA)
    for address, kind in READERS:
        form.make(f"/lists/{LIST}/members", address=address, delivery="digest", digest_format=kind)
    # Nothing shows from outside when it holds everywhere.
    time.sleep(2)
    return {key["record"]["name"]: key["record"]["value"]}


async def post(form: Form, number: int, octets: bytes) -> None:
    """Post, and wait until it has gone out to whoever gets posts one by one."""
    await asyncio.to_thread(form.send, ADA, [LIST], octets)
    await wait(lambda: len(form.messages(ADA)) == number, f"ada has post {number}")


def is_kept(form: Form, count: int) -> bool:
    """Whether so many posts are in the archive."""
    return len(form.api.get(f"/lists/{LIST}/posts").json()["items"]) == count


def die_and_come_back(form: Form) -> None:
    """Kill all that makes digests, and start it again at once: each looks for digests then."""
    services = [one for name, one in form.services.items() if name.startswith(("processor", "standalone"))]
    for service in services:
        service.kill()
    for service in services:
        service.launch()
    for service in services:
        service.wait_ready()


def read(octets: bytes) -> EmailMessage:
    return message_from_bytes(octets, policy=policy.default)


def posts_in(message: EmailMessage) -> list[EmailMessage]:
    """Give those of a MIME digest."""
    _, posts = message.iter_parts()
    assert posts.get_content_type() == "multipart/digest"
    assert isinstance(posts, EmailMessage)
    return [part.get_content() for part in posts.iter_parts()]


def is_signed(received: Received, keys: dict[str, str]) -> bool:
    """Whether the signature of the list's domain is good, and covers what one click needs (RFC 8058 4)."""

    def record(name: bytes, timeout: float = 5) -> bytes:
        del timeout
        return keys[name.decode().rstrip(".")].encode()

    verifier = dkim.DKIM(received.content)
    if not verifier.verify(dnsfunc=record):
        return False
    signed = re.sub(rb"\s", b"", verifier.signature_fields[b"h"]).lower().split(b":")
    return verifier.domain == b"example.com" and set(signed) >= SIGNED


def each_has_both_posts(mimes: Sequence[Received], plains: Sequence[EmailMessage]) -> None:
    for received in mimes:
        message = read(received.content)
        assert (message["Subject"], message["To"]) == ("birds Digest, Issue 1", LIST)
        japanese, storks = posts_in(message)
        assert (japanese["Subject"], storks["Subject"]) == ("[birds] 青鷺", "[birds] storks")
        assert japanese.get_content().splitlines() == ["青鷺を見ました。"]
        assert storks.get_content().splitlines() == ["Störche", ".", ".."]
    for message in plains:
        assert message["Subject"] == "birds Digest, Issue 1"
        _, first, second, end = re.split("\n\n-{30}\n\n|-{70}\n\n", message.get_content().replace("\r\n", "\n"))
        assert "\nSubject: [birds] 青鷺\n" in first
        assert first.endswith("\n\n青鷺を見ました。")
        assert second.endswith("\n\nStörche\n.\n..")
        assert end.startswith("End of birds Digest, Issue 1\n****")


async def test_posts_of_a_day_come_in_one_digest(form: Form) -> None:
    async with Relay() as wide, Relay(offers=NARROW) as narrow:
        keys = await asyncio.to_thread(set_up, form, wide, narrow)
        await post(form, 1, JAPANESE)
        await post(form, 2, EIGHT_BIT)
        await wait(lambda: is_kept(form, 2), "both posts are kept")
        assert form.api.patch(f"/lists/{LIST}", json={"digest_max_size": MORE_THAN_ONE}).status_code == 200
        await asyncio.to_thread(die_and_come_back, form)
        await wait(lambda: len(wide.received) + len(narrow.received) == 3, "those elsewhere have it")
        await wait(lambda: bool(form.messages(BEA)), "bea has it")
        await wait(lambda: form.api.get("/queue").json()["items"] == [], "nothing is left to do")
        (to_ken,), by_address = narrow.received, {one.recipients[0]: one for one in wide.received}
        assert (to_ken.recipients, sorted(by_address)) == ([KEN], [LEE, MIA])
        (to_bea,) = (read(file.read_bytes()) for file in form.messages(BEA))
        assert len(form.messages(ADA)) == 2
        each_has_both_posts((to_ken, by_address[LEE]), (read(by_address[MIA].content), to_bea))
        received = (to_ken, *by_address.values())
        assert all(is_signed(one, keys) for one in received)
        assert all(COPY_SENDER.match(one.mail) for one in received)
        links = {link for one in received for link in read(one.content)["List-Unsubscribe"].split(",")[:1]}
        assert all(link.startswith(f"<{PUBLIC_URL}/l/") for link in links)
        assert len({one.mail for one in received}) == len(links) == 3
        # Nobody signs what stays here.
        assert to_bea["List-Unsubscribe"].startswith("<mailto:")
        # Octet for octet where the server takes that, and in 7 bit where it does not.
        assert EIGHT_BIT.partition(b"\r\n\r\n")[2] in by_address[LEE].content
        assert to_ken.content.isascii()
        assert b"Content-Transfer-Encoding: 8bit" not in to_ken.content
        assert form.api.get("/queue/dead-letters").json()["items"] == []
