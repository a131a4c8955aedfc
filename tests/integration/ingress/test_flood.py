"""A flood degrades into 421; whoever behaves is served meanwhile, and nothing is left behind."""

import asyncio

import pytest
from tests.integration.ingress.crowds import SOON, Caller, crowd, room_for, serve_another, sessions, unharmed
from tests.integration.ingress.running import Ingress

PIECE = b"x" * 65_536
MANY = 320
"""Pieces of an endless thing: 20 MiB."""


@pytest.fixture
async def open_house(ingress: Ingress) -> Ingress:
    """Give an ingress that lets one address open as many sessions as it likes."""
    await ingress.change_settings(max_connections_per_ip=0)
    return ingress


async def test_more_connections_than_there_is_room_for_get_421(
    open_house: Ingress, caplog: pytest.LogCaptureFixture
) -> None:
    callers, room = room_for(3000), 1000
    await open_house.change_settings(max_connections=room)
    async with unharmed(open_house, caplog, mib=200), open_house.client() as early:
        everybody = await crowd(open_house.ports["smtp"], callers)
        welcome = [one for one in everybody if one.heard.startswith(b"220 ")]
        turned_away = [one for one in everybody if one.heard.startswith(b"421 4.3.2 ")]
        assert len(welcome) == room - 1
        assert len(welcome) + len(turned_away) == callers
        assert sessions(open_house) == room
        async with asyncio.timeout(SOON):
            assert (await early.deliver("bob@example.org", "ada@example.com")).startswith("250 ")
            await asyncio.gather(*(one.is_gone.wait() for one in turned_away))
        welcome.pop().hang_up()
        await asyncio.sleep(0.1)
        assert await serve_another(open_house) < SOON
        for one in welcome:
            one.hang_up()


async def test_one_address_gets_no_more_than_its_share(ingress: Ingress, caplog: pytest.LogCaptureFixture) -> None:
    await ingress.change_settings(max_connections_per_ip=20)
    async with unharmed(ingress, caplog, mib=100):
        everybody = await crowd(ingress.ports["smtp"], 500)
        assert sum(one.heard.startswith(b"220 ") for one in everybody) == 20
        assert sum(one.heard.startswith(b"421 4.7.0 ") for one in everybody) == 480
        for one in everybody:
            one.hang_up()


async def test_clients_that_trickle_keep_nobody_else_waiting(
    open_house: Ingress, caplog: pytest.LogCaptureFixture
) -> None:
    async with unharmed(open_house, caplog, mib=100):
        everybody = await crowd(open_house.ports["smtp"], 500)
        for octet in b"EHLO slow":
            for one in everybody:
                await one.write(bytes([octet]))
            await asyncio.sleep(0.02)
        assert await serve_another(open_house) < SOON
        for one in everybody:
            one.hang_up()


async def test_a_client_that_never_reads_is_not_answered_for_ever(
    open_house: Ingress, caplog: pytest.LogCaptureFixture
) -> None:
    await open_house.change_settings(max_commands_per_session=0)
    async with unharmed(open_house, caplog, mib=100):
        everybody = await crowd(open_house.ports["smtp"], 20)
        for one in everybody:
            one.transport.pause_reading()
        endless = [asyncio.create_task(_say(one, b"NOOP\r\n" * 10_000)) for one in everybody]
        await asyncio.sleep(1)
        assert await serve_another(open_house) < SOON
        for one in everybody:
            one.hang_up()
        async with asyncio.timeout(SOON):
            await asyncio.gather(*endless)


async def test_a_command_line_without_end_is_dropped_as_it_comes(
    open_house: Ingress, caplog: pytest.LogCaptureFixture
) -> None:
    async with unharmed(open_house, caplog, mib=20):
        (one,) = await crowd(open_house.ports["smtp"], 1)
        for _ in range(MANY):
            await one.write(PIECE)
        assert await serve_another(open_house) < SOON
        await one.write(b"\r\nNOOP\r\n")
        await one.hear(b"500 5.5.2 ")
        await one.hear(b"250 2.0.0 OK")
        one.hang_up()


@pytest.mark.parametrize("line", [b"X-Header: " + b"x" * 900 + b"\r\n", b"x" * 60_000 + b"\r\n"])
async def test_a_header_without_end_is_refused_and_not_kept(
    open_house: Ingress, caplog: pytest.LogCaptureFixture, line: bytes
) -> None:
    await open_house.change_settings(max_header_size=65_536, max_message_size=64 * 1024 * 1024)
    async with unharmed(open_house, caplog, mib=20):
        (one,) = await crowd(open_house.ports["smtp"], 1)
        await one.write(b"EHLO a.example\r\nMAIL FROM:<bob@example.org>\r\nRCPT TO:<ada@example.com>\r\nDATA\r\n")
        await one.hear(b"354 ")
        for _ in range(MANY):
            await one.write(line * (len(PIECE) // len(line)))
        assert await serve_another(open_house) < SOON
        await one.write(b".\r\n")
        await one.hear(b"552 5.3.4 ")
        one.hang_up()


async def test_a_pipeline_without_end_is_answered_up_to_the_limit(
    open_house: Ingress, caplog: pytest.LogCaptureFixture
) -> None:
    await open_house.change_settings(max_commands_per_session=5000)
    async with unharmed(open_house, caplog, mib=100):
        everybody = await crowd(open_house.ports["smtp"], 20)
        for one in everybody:
            await one.write(b"RSET\r\n" * 20_000)
        assert await serve_another(open_house) < SOON
        for one in everybody:
            await one.hear(b"421 4.7.0 ")
            assert one.heard.count(b"250 2.0.0 ") == 5000
            one.hang_up()


async def _say(one: Caller, octets: bytes) -> None:
    """Say it again and again until the connection is gone."""
    while not one.is_gone.is_set():
        await one.write(octets)
