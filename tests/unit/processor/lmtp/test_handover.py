"""Copies handed to a real LMTP server that answers as told."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.builders import a_mail
from tests.fakes.lmtp_server import LmtpServer
from tests.fakes.relay import BARE, DROP, FULL, HANG, LOSE_REPLY
from tests.fakes.tls import client_context, server_context
from tests.unit.processor.outbound.client.sessions import TIMEOUTS

from mailcore.content.local import LocalContentStore
from mailcore.errors import ContentMissing
from mailcore.mail.content import StoredContent
from maildecide.message.actions import StoreLocal
from processor.lmtp.dialogue import LmtpDialogue
from processor.lmtp.handover import LmtpHandover
from processor.lmtp.opening import LmtpOpener, LmtpTls
from processor.lmtp.opening import LmtpServer as Where
from processor.local_copy import LocalCopy, local_copy
from processor.mailbox_errors import MailboxAway, MailboxFull, MailboxRefused, MailboxUnsure

PIPELINED = ("PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES")
WAYS = pytest.mark.parametrize("offers", [BARE, PIPELINED, FULL], ids=["bare", "pipelined", "chunking"])


def copy_for(name: str, folder: str = "", **changes: Any) -> LocalCopy:
    """Give a copy for an account of example.com."""
    effect = StoreLocal(f"example.com/{name}", f"{name}@example.com", folder, f"{name}@example.com")
    return msgspec.structs.replace(local_copy(effect, a_mail(), 0), **changes)


@asynccontextmanager
async def handing_to(
    server: LmtpServer, tmp_path: Path, *, trusted: ssl.SSLContext | None = None, tls: LmtpTls = "off"
) -> AsyncIterator[LmtpHandover]:
    """Give a way to `server`."""
    opener = LmtpOpener(Where("localhost", server.port, tls), "mx.example.com", TIMEOUTS, trusted or client_context())
    handover = LmtpHandover(LmtpDialogue(opener, LocalContentStore(tmp_path), 5.0))
    yield handover
    await handover.close()


async def stored(handover: LmtpHandover, *copies: LocalCopy) -> list[BaseException | None]:
    """Store all at once, and give what each came to."""
    return await asyncio.gather(*map(handover.store, copies), return_exceptions=True)


@WAYS
async def test_one_message_for_several_is_one_transaction(offers: tuple[str, ...], tmp_path: Path) -> None:
    async with LmtpServer(offers=offers) as server, handing_to(server, tmp_path) as handover:
        assert await stored(handover, copy_for("ada"), copy_for("bea", ".Trash")) == [None, None]
        assert await stored(handover, copy_for("cas")) == [None]
    first, second = server.received
    assert first.recipients == ["ada@example.com", "bea+Trash@example.com"]
    assert first.content == b"Received: by us\r\nFrom: bob@example.net\r\nSubject: hello\r\n\r\nHow are you?\r\n"
    assert first.mail.startswith("MAIL FROM:<bob@example.net>")
    assert second.recipients == ["cas@example.com"]
    assert server.connections == 1
    assert server.lines[0] == "LHLO mx.example.com"


@WAYS
async def test_each_recipient_has_its_own_answer(offers: tuple[str, ...], tmp_path: Path) -> None:
    async with LmtpServer(offers=offers) as server, handing_to(server, tmp_path) as handover:
        server.on("RCPT TO:<ada@", "550 5.1.1 Nobody")
        server.on("END <bea@example.com>", "552 5.2.2 Full")
        server.on("END <cas@example.com>", "452 4.2.2 Full for now")
        server.on("END <dan@example.com>", "451 4.3.0 Locked")
        found = await stored(handover, *map(copy_for, ("ada", "bea", "cas", "dan", "eve")))
        # The session is in step with the server afterwards.
        assert await stored(handover, copy_for("fay")) == [None]
    assert [type(one) for one in found] == [MailboxRefused, MailboxRefused, MailboxFull, MailboxAway, type(None)]
    assert [one.recipients for one in server.received] == [["eve@example.com"], ["fay@example.com"]]
    assert server.connections == 1


@WAYS
async def test_nobody_left_sends_nothing(offers: tuple[str, ...], tmp_path: Path) -> None:
    async with LmtpServer(offers=offers) as server, handing_to(server, tmp_path) as handover:
        server.on("RCPT", "450 4.2.0 Locked")
        found = await stored(handover, copy_for("ada"), copy_for("bea"))
    assert [type(one) for one in found] == [MailboxAway, MailboxAway]
    assert not any(line.startswith(("DATA", "BDAT")) for line in server.lines)


async def test_what_is_not_alike_travels_apart(tmp_path: Path) -> None:
    async with LmtpServer() as server, handing_to(server, tmp_path) as handover:
        other = copy_for("bea", header=b"Subject: other\r\n")
        assert await stored(handover, copy_for("ada"), other, copy_for("cas")) == [None] * 3
    assert sorted(one.recipients for one in server.received) == [
        ["ada@example.com", "cas@example.com"],
        ["bea@example.com"],
    ]


async def test_a_folder_that_the_server_does_not_know_is_the_inbox(tmp_path: Path) -> None:
    async with LmtpServer() as server, handing_to(server, tmp_path) as handover:
        server.on("RCPT TO:<ada+", "550 5.1.1 Nobody")
        assert await stored(handover, copy_for("ada", ".Ads"), copy_for("bea", ".Ads")) == [None, None]
    assert [one.recipients for one in server.received] == [["bea+Ads@example.com"], ["ada@example.com"]]


async def test_a_lost_answer_leaves_only_those_unsure_who_had_none(tmp_path: Path) -> None:
    async with LmtpServer() as server, handing_to(server, tmp_path) as handover:
        server.on("END <bea@example.com>", LOSE_REPLY)
        found = await stored(handover, copy_for("ada"), copy_for("bea"), copy_for("cas"))
    assert [type(one) for one in found] == [type(None), MailboxUnsure, MailboxUnsure]


@pytest.mark.parametrize(
    ("begins", "action", "kind"),
    [
        ("CONNECT", DROP, MailboxAway),
        ("CONNECT", "421 4.3.2 Busy", MailboxAway),
        ("CONNECT", HANG, MailboxAway),
        ("LHLO", "500 5.5.1 What?", MailboxAway),
        ("MAIL", "451 4.3.0 Later", MailboxAway),
        ("MAIL", "550 5.7.1 Not you", MailboxRefused),
        ("RCPT", HANG, MailboxAway),
        ("RCPT", "421 4.3.2 Going", MailboxAway),
        ("BDAT", "451 4.3.0 Later", MailboxAway),
        ("CONTENT", DROP, MailboxAway),
        ("END", DROP, MailboxUnsure),
        ("END", HANG, MailboxUnsure),
        ("END", "nonsense", MailboxUnsure),
        ("END", "554 5.6.0 No", MailboxRefused),
    ],
)
async def test_whatever_the_server_does_is_an_answer(
    begins: str, action: str, kind: type[Exception], tmp_path: Path
) -> None:
    async with LmtpServer() as server, handing_to(server, tmp_path) as handover:
        server.on(begins, action)
        (found,) = await stored(handover, copy_for("ada"))
        assert type(found) is kind, found
        server.forget()
        assert await stored(handover, copy_for("ada")) == [None]


async def test_nobody_there_is_a_reason_to_wait(tmp_path: Path) -> None:
    server = LmtpServer()
    await server.up()
    await server.down()
    async with handing_to(server, tmp_path) as handover:
        (found,) = await stored(handover, copy_for("ada"))
    assert type(found) is MailboxAway
    assert "connect" in str(found)


async def test_a_session_that_went_stale_is_no_trouble(tmp_path: Path) -> None:
    async with LmtpServer() as server, handing_to(server, tmp_path) as handover:
        assert await stored(handover, copy_for("ada")) == [None]
        server.on("MAIL", "421 4.4.2 Idle for too long", times=1)
        assert await stored(handover, copy_for("ada")) == [None]
        assert server.connections == 2


async def test_large_content_is_streamed_to_the_last_octet(tmp_path: Path) -> None:
    body = b"\r\n" + b".A line with a dot before it\r\n" * 40_000
    async with LmtpServer(offers=PIPELINED) as server, handing_to(server, tmp_path) as handover:
        writer = await LocalContentStore(tmp_path).create()
        await writer.write(b"Subject: large\r\n" + body)
        content = await writer.commit()
        large = copy_for("ada", content=content, body_start=16, header=b"Subject: edited\r\n")
        missing = copy_for("bea", content=StoredContent("ab" * 16, 9), body_start=0)
        found = await stored(handover, large, missing)
    assert found[0] is None
    assert isinstance(found[1], ContentMissing)
    assert [one.content for one in server.received] == [b"Subject: edited\r\n" + body]


async def test_whom_nobody_waits_for_is_not_stored(tmp_path: Path) -> None:
    async with LmtpServer() as server, handing_to(server, tmp_path) as handover:
        server.on("MAIL", HANG)
        for seconds in (0.05, 0.0):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(seconds):
                    await handover.store(copy_for("ada"))
        server.forget()
        assert await stored(handover, copy_for("bea")) == [None]
    assert [one.recipients for one in server.received] == [["bea@example.com"]]


async def test_a_sender_that_the_server_cannot_be_told_is_left_out(tmp_path: Path) -> None:
    async with LmtpServer(offers=PIPELINED) as server, handing_to(server, tmp_path) as handover:
        (found,) = await stored(handover, copy_for("ada", sender="飛脚@example.net"))
    assert found is None
    assert server.received[0].mail.startswith("MAIL FROM:<>")


@pytest.mark.parametrize("tls", ["required", "verified", "implicit"])
async def test_under_tls_of_every_kind(tls: LmtpTls, tmp_path: Path) -> None:
    async with (
        LmtpServer(tls=server_context(), implicit=tls == "implicit") as server,
        handing_to(server, tmp_path, tls=tls) as handover,
    ):
        assert await stored(handover, copy_for("ada")) == [None]
    assert server.received[0].tls


@pytest.mark.parametrize("tls", ["verified", "implicit"])
async def test_nothing_is_sent_to_one_whose_certificate_is_not_trusted(tls: LmtpTls, tmp_path: Path) -> None:
    strict = ssl.create_default_context()
    async with (
        LmtpServer(tls=server_context(), implicit=tls == "implicit") as server,
        handing_to(server, tmp_path, tls=tls, trusted=strict) as handover,
    ):
        (found,) = await stored(handover, copy_for("ada"))
    assert type(found) is MailboxAway
    assert "certificate" in str(found).lower()
    assert not any(line.startswith("MAIL") for line in server.lines)


async def test_nothing_is_sent_in_the_clear_where_tls_is_required(tmp_path: Path) -> None:
    async with LmtpServer() as server, handing_to(server, tmp_path, tls="required") as handover:
        (found,) = await stored(handover, copy_for("ada"))
    assert "STARTTLS" in str(found)


async def test_over_a_socket_of_this_machine(tmp_path: Path) -> None:
    async with LmtpServer() as server:
        relayed = await asyncio.start_unix_server(_to(server), str(tmp_path / "lmtp"))
        opener = LmtpOpener(Where(str(tmp_path / "lmtp")), "mx.example.com", TIMEOUTS, client_context())
        handover = LmtpHandover(LmtpDialogue(opener, LocalContentStore(tmp_path), 5.0))
        assert await stored(handover, copy_for("ada")) == [None]
        await handover.close()
        relayed.close()
    assert server.received[0].recipients == ["ada@example.com"]


def _to(server: LmtpServer) -> Any:
    """Serve what comes over the socket as the server does."""
    return server._serve
