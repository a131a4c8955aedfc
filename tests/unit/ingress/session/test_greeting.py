import asyncio
import ssl
from collections.abc import Callable
from ipaddress import ip_network

import pytest
import uvloop
from tests.fakes.scripted_handler import ScriptedHandler
from tests.fakes.tls import client_context, server_context

from ingress.seam import SessionState
from ingress.session import Listener, LiveSessions, Session
from mailcore.replies import Reply


async def greeting_over_tls(first: bytes, listener: Listener, handler: ScriptedHandler) -> tuple[bytes, str | None]:
    """Send `first` and the client's hello in one go; give the greeting and the TLS version."""
    live = LiveSessions()
    server = await asyncio.get_running_loop().create_server(lambda: Session(handler, listener, live), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = client_context().wrap_bio(incoming, outgoing, server_hostname="localhost")
    prefix = first
    while True:
        try:
            tls.do_handshake()
            break
        except ssl.SSLWantReadError:
            writer.write(prefix + outgoing.read())
            prefix = b""
            incoming.write(await reader.read(1 << 16))
    writer.write(outgoing.read())
    while True:
        try:
            greeting = tls.read(1 << 16)
            break
        except ssl.SSLWantReadError:
            incoming.write(await reader.read(1 << 16))
    writer.close()
    server.close()
    await live.shut_down(0)
    return greeting, tls.version()


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def test_tls_may_come_in_one_go_with_the_proxy_header(loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    handler = ScriptedHandler()
    proxies = (ip_network("127.0.0.0/8"),)
    listener = Listener("submissions", tls=server_context, implicit_tls=True, proxies=proxies)
    header = b"PROXY TCP4 203.0.113.9 192.0.2.1 40000 465\r\n"
    with asyncio.Runner(loop_factory=loop) as runner:
        greeting, version = runner.run(greeting_over_tls(header, listener, handler))
    assert greeting.startswith(b"220 ")
    assert version == "TLSv1.3"
    assert handler.events[0] == "connect 203.0.113.9"


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def test_implicit_tls(loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    handler = ScriptedHandler()
    listener = Listener("submissions", tls=server_context, implicit_tls=True)
    with asyncio.Runner(loop_factory=loop) as runner:
        greeting, _ = runner.run(greeting_over_tls(b"", listener, handler))
    assert greeting.startswith(b"220 ")


async def test_a_handler_that_sets_no_limits_is_a_failure_of_ours() -> None:
    class Forgetful(ScriptedHandler):
        async def connect(self, state: SessionState) -> Reply | None:
            reply = await super().connect(state)
            state.limits = None
            return reply

    live = LiveSessions()
    handler = Forgetful()
    listener = Listener("smtp")
    server = await asyncio.get_running_loop().create_server(lambda: Session(handler, listener, live), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    assert (await reader.read()).splitlines()[-1].startswith(b"421 4.3.0")
    writer.close()
    server.close()
