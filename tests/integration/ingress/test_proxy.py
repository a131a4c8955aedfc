"""Load balancers that say who their client is by the PROXY protocol, as PROXY_NETWORKS tells."""

import asyncio
import struct
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from tests.integration.ingress.running import running, trusting

from mailcore.environment import Environment
from mailcore.errors import ConfigurationError

V1 = b"PROXY TCP4 203.0.113.9 192.0.2.1 40000 25\r\n"
V2 = (
    b"\r\n\r\n\x00\r\nQUIT\n\x21\x11"
    + struct.pack("!H", 12)
    + ip_address("203.0.113.9").packed
    + ip_address("192.0.2.1").packed
    + struct.pack("!HH", 40000, 25)
)
MAIL = b"EHLO client.example.org\r\nMAIL FROM:<bob@example.org>\r\nRCPT TO:<ada@example.com>\r\nDATA\r\n"


async def said(port: int, *pieces: bytes) -> bytes:
    """Say something in pieces, the first before the greeting; give all that the server says."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(0.2)
    writer.write_eof()
    async with asyncio.timeout(5):
        answer = await reader.read()
    writer.close()
    return answer


@pytest.mark.parametrize("header", [V1, V2], ids=["v1", "v2"])
async def test_the_client_is_who_the_balancer_says(tmp_path: Path, header: bytes) -> None:
    async with running(tmp_path, proxy_networks=(ip_network("127.0.0.0/8"),)) as ingress:
        answer = await said(ingress.ports["smtp"], header, MAIL, b"Subject: a\r\n\r\nbody\r\n.\r\nQUIT\r\n")
        assert b"\r\n250 2.0.0 Accepted" in answer, answer
        (mail,) = ingress.accepted
        assert (mail.client.ip, mail.client.port) == ("203.0.113.9", 40000)
        assert b"[203.0.113.9]" in mail.trace_fields


async def test_before_implicit_tls_too(tmp_path: Path) -> None:
    async with running(tmp_path, proxy_networks=(ip_network("127.0.0.1"),)) as ingress:
        reader, writer = await asyncio.open_connection("127.0.0.1", ingress.ports["submissions"])
        writer.write(V2)
        await writer.start_tls(trusting(ingress))
        assert (await reader.readline()).startswith(b"220 ")
        writer.close()


async def test_a_balancer_that_says_nothing_of_its_client_is_not_served(tmp_path: Path) -> None:
    async with running(tmp_path, proxy_networks=(ip_network("127.0.0.1"),)) as ingress:
        assert await said(ingress.ports["smtp"], b"EHLO client.example.org\r\n") == b""


async def test_nobody_else_is_believed(tmp_path: Path) -> None:
    async with running(tmp_path, proxy_networks=(ip_network("192.0.2.0/24"),)) as ingress:
        reader, writer = await asyncio.open_connection("127.0.0.1", ingress.ports["smtp"])
        assert (await reader.readline()).startswith(b"220 ")
        writer.write(V1)
        assert (await reader.readline()).startswith(b"500 5.5.2 ")
        writer.close()


async def test_without_the_variable_there_is_no_balancer(tmp_path: Path) -> None:
    async with running(tmp_path) as ingress:
        assert (await said(ingress.ports["smtp"], b"", b"QUIT\r\n")).startswith(b"220 ")


@pytest.mark.parametrize("wrong", ["nonsense", "10.0.0.0/33", "10.0.0.0/8,", "10.0.0.0/8 192.0.2.1"])
def test_a_wrong_variable_is_named(wrong: str) -> None:
    with pytest.raises(ConfigurationError, match="PROXY_NETWORKS"):
        Environment.read({"PROXY_NETWORKS": wrong})


def test_networks_are_separated_by_commas() -> None:
    told = Environment.read({"PROXY_NETWORKS": "10.1.2.3/8, 2001:db8::/32,192.0.2.1"}).proxy_networks
    assert told == (ip_network("10.0.0.0/8"), ip_network("2001:db8::/32"), ip_network("192.0.2.1"))
    assert Environment.read({"PROXY_NETWORKS": ""}).proxy_networks == ()
