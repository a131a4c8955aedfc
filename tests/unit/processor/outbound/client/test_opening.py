"""Opening a session: greeting, EHLO, STARTTLS, AUTH, against a real server."""

from base64 import b64encode

import pytest
from tests.fakes.relay import BARE, BREAK, DROP, FULL, HANG, Relay
from tests.fakes.tls import server_context
from tests.unit.processor.outbound.client.sessions import opened, outgoing, to

from processor.outbound.client.answer import SessionFailed, TlsFailed
from processor.outbound.client.sasl import Credentials
from processor.outbound.client.transaction import transact


async def test_it_knows_what_the_server_offers_and_is_called() -> None:
    async with Relay(name="mx.example.org") as relay:
        session = await opened(relay)
    assert (session.server, session.extensions.size, session.tls) == ("mx.example.org", 52428800, None)
    assert relay.lines[0] == "EHLO client.example.com"


async def test_helo_where_ehlo_is_unknown() -> None:
    async with Relay() as relay:
        relay.on("EHLO", "500 What?")
        session = await opened(relay)
        assert (await transact(session, outgoing(), to("bea@example.org")))[0].is_success
    assert not session.extensions.offered
    assert relay.lines[1] == "HELO client.example.com"


@pytest.mark.parametrize(
    ("begins", "action", "expected"),
    [
        ("CONNECT", "554 No service", "greeting: 554 No service"),
        ("CONNECT", "421 4.7.0 Busy", "greeting: 421 4.7.0 Busy"),
        ("CONNECT", DROP, "greeting: the server closed the connection"),
        ("CONNECT", HANG, "greeting: no reply within 0.5 s, or the attempt's time"),
        ("EHLO", "421 4.7.0 Busy", "hello: 421 4.7.0 Busy"),
    ],
)
async def test_a_server_that_does_not_want_us(begins: str, action: str, expected: str) -> None:
    async with Relay() as relay:
        relay.on(begins, action)
        with pytest.raises(SessionFailed) as caught:
            await opened(relay)
    assert str(caught.value.answer) == expected


async def test_nobody_listens() -> None:
    async with Relay() as relay:
        pass
    with pytest.raises(SessionFailed) as caught:
        await opened(relay)
    assert caught.value.answer.stage == "connect"


@pytest.mark.parametrize("use", ["opportunistic", "required", "verified"])
async def test_tls_where_it_is_offered(use: str) -> None:
    async with Relay(tls=server_context()) as relay:
        session = await opened(relay, tls=use)
        assert (await transact(session, outgoing(), to("bea@example.org")))[0].is_success
        await session.quit()
    assert session.tls is not None
    assert session.tls.version == "TLSv1.3"
    assert session.tls.is_verified == (use == "verified")
    assert relay.received[0].tls
    assert relay.lines[:3] == ["EHLO client.example.com", "STARTTLS", "EHLO client.example.com"]


async def test_implicit_tls() -> None:
    async with Relay(tls=server_context(), implicit=True) as relay:
        session = await opened(relay, tls="implicit")
        assert (await transact(session, outgoing(), to("bea@example.org")))[0].is_success
    assert session.tls is not None
    assert relay.received[0].tls


@pytest.mark.parametrize("use", ["opportunistic", "required"])
async def test_broken_tls_is_told_apart(use: str) -> None:
    async with Relay(tls=server_context()) as relay:
        relay.on("STARTTLS", BREAK, times=1)
        relay.on("STARTTLS", "454 4.7.0 Not now", times=1)
        for _ in range(2):
            with pytest.raises(TlsFailed):
                await opened(relay, tls=use)
        assert (await opened(relay, tls=use)).tls is not None


async def test_no_starttls_is_no_session_where_tls_is_required() -> None:
    async with Relay() as relay:
        assert (await opened(relay)).tls is None
        with pytest.raises(TlsFailed):
            await opened(relay, tls="required")


async def test_off_means_off() -> None:
    async with Relay(tls=server_context()) as relay:
        assert (await opened(relay, tls="off")).tls is None


async def test_what_comes_before_tls_is_never_taken_for_what_comes_inside() -> None:
    async with Relay(tls=server_context()) as relay:
        relay.on("STARTTLS", "220 Go on\n250 You are in")
        with pytest.raises(TlsFailed):
            await opened(relay)


@pytest.mark.parametrize(
    ("offered", "said"),
    [
        ("AUTH LOGIN PLAIN", ["AUTH PLAIN " + b64encode(b"\0ada\0secret").decode()]),
        ("AUTH LOGIN", ["AUTH LOGIN", b64encode(b"ada").decode(), b64encode(b"secret").decode()]),
    ],
)
async def test_logging_in(offered: str, said: list[str]) -> None:
    async with Relay(offers=(*FULL, offered), tls=server_context()) as relay:
        relay.on("AUTH LOGIN", "334 VXNlcm5hbWU6")
        relay.on(b64encode(b"ada").decode(), "334 UGFzc3dvcmQ6")
        relay.on(b64encode(b"secret").decode(), "235 2.7.0 Welcome")
        await opened(relay, tls="required", credentials=Credentials("ada", "secret"))
    assert relay.lines[3:] == said


@pytest.mark.parametrize("use", ["off", "opportunistic"])
async def test_a_password_is_never_sent_where_others_could_listen(use: str) -> None:
    async with Relay(offers=("AUTH PLAIN LOGIN",)) as relay:
        with pytest.raises(SessionFailed) as caught:
            await opened(relay, tls=use, credentials=Credentials("ada", "secret"))
    assert str(caught.value.answer) == "auth: the login is not sent: the connection is not under TLS"
    assert relay.lines == ["EHLO client.example.com"]


async def test_a_login_that_fails() -> None:
    tls = server_context()
    async with Relay(offers=("AUTH PLAIN",), tls=tls) as relay, Relay(offers=BARE, tls=tls) as without:
        relay.on("AUTH", "535 5.7.8 Wrong")
        for one, expected in ((relay, "535 5.7.8 Wrong"), (without, "neither")):
            with pytest.raises(SessionFailed) as caught:
                await opened(one, tls="required", credentials=Credentials("ada", "secret"))
            assert caught.value.answer.stage == "auth"
            assert expected in str(caught.value.answer)
    assert "secret" not in repr(Credentials("ada", "secret"))
