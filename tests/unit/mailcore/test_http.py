import asyncio
import signal

import httpx
import pytest

from mailcore.errors import ConfigurationError
from mailcore.http import HttpServer, Receive, Scope, Send, bind_port, port_of


async def slow(_scope: Scope, _receive: Receive, send: Send) -> None:
    await asyncio.sleep(0.2)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"done"})


def test_a_taken_port_is_a_configuration_error_that_names_its_variable() -> None:
    taken = bind_port("127.0.0.1", 0, variable="ADMIN_PORT")
    with (
        taken,
        pytest.raises(ConfigurationError, match=r"^ADMIN_PORT: cannot listen on 127\.0\.0\.1 port \d+: Address"),
    ):
        bind_port("127.0.0.1", port_of(taken), variable="ADMIN_PORT")


def test_an_address_of_another_machine_is_one_too() -> None:
    with pytest.raises(ConfigurationError, match=r"^ADMIN_PORT: cannot listen on 192\.0\.2\.1"):
        bind_port("192.0.2.1", 0, variable="ADMIN_PORT")


def test_no_address_at_all_is_one_that_names_bind() -> None:
    with pytest.raises(ConfigurationError, match=r"^BIND: 'not an address' is no address"):
        bind_port("not an address", 0, variable="ADMIN_PORT")


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_both_address_families_are_bound(host: str) -> None:
    with bind_port(host, 0, variable="ADMIN_PORT") as listener:
        assert port_of(listener) > 0


async def test_requests_under_way_are_answered_before_it_stops() -> None:
    server = HttpServer(slow, bind_port("127.0.0.1", 0, variable="ADMIN_PORT"))
    await server.start()
    async with httpx.AsyncClient() as client:
        request = asyncio.create_task(client.get(f"http://127.0.0.1:{server.port}/"))
        await asyncio.sleep(0.05)
        await server.stop(5)
        assert (await request).text == "done"


async def test_signals_are_left_to_the_process() -> None:
    before = signal.getsignal(signal.SIGTERM)
    server = HttpServer(slow, bind_port("127.0.0.1", 0, variable="ADMIN_PORT"))
    await server.start()
    assert signal.getsignal(signal.SIGTERM) is before
    await server.stop(1)


async def test_a_server_that_never_began_gives_its_port_back() -> None:
    listener = bind_port("127.0.0.1", 0, variable="ADMIN_PORT")
    port = port_of(listener)
    await HttpServer(slow, listener).stop(1)
    bind_port("127.0.0.1", port, variable="ADMIN_PORT").close()
