"""Routes, by what a real DNS server says."""

import asyncio
from typing import Any

import pytest
from pydantic import SecretStr
from tests.fakes.dns_server import DnsServer

from mailcore.dns.interface import Budget
from mailcore.dns.resolver import CachingResolver
from mailcore.dns.servers import servers_of
from mailcore.settings import DeliverySettings
from processor.outbound.routing.route import Route, Router

HOSTNAME = "mx.example.com"
HERE = "198.51.100.7"
US = ("us.example.net A 198.51.100.7", "us.example.net AAAA 2001:db8:7::7")
A, B = ("a.example.org A 203.0.113.1", "b.example.org A 203.0.113.2")


async def route(destination: str, *lines: str, **settings: Any) -> Route:
    async with DnsServer(*lines) as server:
        router = Router(CachingResolver(servers_of(server.address)), lambda hosts: hosts.reverse())
        budget = Budget(0.3, 1, asyncio.get_running_loop().time() + 5)
        return await router.route(destination, DeliverySettings(**settings), HOSTNAME, budget)


async def routed_by_us(destination: str, *lines: str, **settings: Any) -> Route:
    """Route as a machine that has an address and another name."""
    async with DnsServer(*lines) as server:
        router = Router(
            CachingResolver(servers_of(server.address)),
            lambda _: None,
            names=["Out.example.com"],
            is_here=lambda address: address == HERE,
        )
        budget = Budget(0.3, 1, asyncio.get_running_loop().time() + 5)
        return await router.route(destination, DeliverySettings(**settings), HOSTNAME, budget)


def tried(found: Route) -> list[str]:
    return [str(server) for server in found.servers]


async def test_mx_by_preference_equal_ones_shuffled_both_families() -> None:
    found = await route(
        "example.org",
        "example.org MX 20 c.example.org.",
        "example.org MX 10 a.example.org.",
        "example.org MX 10 b.example.org.",
        "a.example.org A 192.0.2.1",
        "a.example.org AAAA 2001:db8::1",
        "b.example.org A 192.0.2.2",
        "c.example.org A 192.0.2.3",
        max_servers_per_attempt=9,
    )
    assert tried(found) == [
        "b.example.org[192.0.2.2]:25",
        "a.example.org[2001:db8::1]:25",
        "a.example.org[192.0.2.1]:25",
        "c.example.org[192.0.2.3]:25",
    ]


async def test_without_mx_the_domain_itself() -> None:
    assert tried(await route("example.org", "example.org A 192.0.2.1")) == ["example.org[192.0.2.1]:25"]


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (["example.org MX 0 ."], "5.1.10"),
        (["other.org A 192.0.2.1"], "5.1.2"),
        (["example.org TXT x"], "5.4.4"),
        (["example.org MX SERVFAIL"], "4.4.3"),
        (["example.org MX 10 a.example.org.", "a.example.org SERVFAIL"], "4.4.3"),
        (["example.org MX 10 gone.example.net."], "5.4.4"),
        (["example.org MX 10 mx.example.com.", "mx.example.com A 192.0.2.9"], "5.4.6"),
        (["example.org MX 10 a.example.org.", "a.example.org A 192.0.2.77"], "5.4.6"),
        (["example.org MX 10 a.example.org.", "a.example.org A 127.0.0.1"], "5.4.6"),
    ],
)
async def test_there_is_none(lines: list[str], status: str) -> None:
    found = await route("example.org", *lines, own_addresses=("192.0.2.64/28",))
    assert found.failure is not None
    assert found.failure.status == status
    assert found.servers == ()


async def test_only_servers_preferred_to_ourselves() -> None:
    found = await route(
        "example.org",
        "example.org MX 5 a.example.org.",
        "example.org MX 10 mx.example.com.",
        "example.org MX 20 b.example.org.",
        "a.example.org A 192.0.2.1",
        "b.example.org A 192.0.2.2",
    )
    assert tried(found) == ["a.example.org[192.0.2.1]:25"]


async def test_a_server_that_cannot_be_looked_up_is_passed_over() -> None:
    found = await route(
        "example.org",
        "example.org MX 5 a.example.org.",
        "example.org MX 10 b.example.org.",
        "a.example.org SERVFAIL",
        "b.example.org A 192.0.2.2",
    )
    assert tried(found) == ["b.example.org[192.0.2.2]:25"]


async def test_static_routes_go_before_everything() -> None:
    routes = {"example.org": "127.0.0.1:2626", ".example.net": "[::1]:26", "named.test": "relay.test:25"}
    settings = {"routes": routes, "smarthost": "192.0.2.5:587", "tls_domains": {".example.net": "required"}}
    assert tried(await route("example.org", **settings)) == ["127.0.0.1[127.0.0.1]:2626"]
    (server,) = (await route("a.b.example.net", **settings)).servers
    assert (str(server), server.tls) == ("::1[::1]:26", "required")
    assert tried(await route("example.net", **settings)) == ["192.0.2.5[192.0.2.5]:587"]
    assert tried(await route("named.test", "relay.test A 192.0.2.1", **settings)) == ["relay.test[192.0.2.1]:25"]
    waiting = await route("named.test", **settings)
    assert waiting.failure is not None
    assert waiting.failure.status == "4.4.3"


async def test_the_smarthost_takes_the_rest_under_its_login() -> None:
    (server,) = (
        await route(
            "example.org",
            smarthost="192.0.2.5:465",
            smarthost_tls="implicit",
            smarthost_user="ada",
            smarthost_password=SecretStr("secret"),
        )
    ).servers
    assert server.tls == "implicit"
    assert server.credentials is not None
    assert (server.credentials.user, server.credentials.password) == ("ada", "secret")


@pytest.mark.parametrize(
    ("destination", "expected"),
    [("[192.0.2.1]", "192.0.2.1[192.0.2.1]:25"), ("[IPv6:2001:db8::1]", "2001:db8::1[2001:db8::1]:25")],
)
async def test_address_literals(destination: str, expected: str) -> None:
    assert tried(await route(destination)) == [expected]


async def test_an_unknown_kind_of_address() -> None:
    found = await route("[x400:abc]")
    assert found.failure is not None
    assert found.failure.status == "5.1.2"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        # Less preferred than ourselves.
        (["MX 5 a.example.org.", "MX 10 us.example.net.", "MX 20 b.example.org."], ["203.0.113.1"]),
        # As preferred as ourselves, whichever comes first.
        (["MX 10 a.example.org.", "MX 10 us.example.net."], "5.4.6"),
        (["MX 10 us.example.net.", "MX 10 zz.example.org."], "5.4.6"),
        (["MX 5 a.example.org.", "MX 10 us.example.net.", "MX 10 b.example.org."], ["203.0.113.1"]),
        # Alone, under a name that is not ours.
        (["MX 10 us.example.net."], "5.4.6"),
        # No MX: the domain itself.
        (["A 198.51.100.7"], "5.4.6"),
        # Under another of our names.
        (["MX 5 a.example.org.", "MX 10 out.example.com.", "MX 20 b.example.org."], ["203.0.113.1"]),
        (["MX 10 out.example.com."], "5.4.6"),
        # Those preferred to us have no address.
        (["MX 5 none.example.org.", "MX 10 us.example.net.", "MX 20 b.example.org."], "5.4.6"),
        (["MX 5 none.example.org.", "MX 10 mx.example.com.", "MX 20 b.example.org."], "5.4.6"),
        # Those preferred to us cannot be looked up now: they may have one later.
        (["MX 5 broken.example.org.", "MX 10 us.example.net."], "4.4.3"),
        (["MX 5 broken.example.org.", "MX 10 mx.example.com."], "4.4.3"),
        # Of a host with several addresses one is ours.
        (["MX 10 both.example.org."], "5.4.6"),
    ],
)
async def test_where_we_are_among_the_servers(lines: list[str], expected: list[str] | str) -> None:
    zone = [*US, A, B, "zz.example.org A 203.0.113.9", "broken.example.org SERVFAIL", "none.example.org TXT x"]
    zone += ["both.example.org A 203.0.113.3", f"both.example.org A {HERE}"]
    found = await routed_by_us("example.org", *zone, *(f"example.org {line}" for line in lines))
    if isinstance(expected, str):
        assert found.failure is not None
        assert (found.failure.status, found.servers) == (expected, ())
    else:
        assert [server.address for server in found.servers] == expected


async def test_the_machine_is_not_ours_at_another_port() -> None:
    zone = ("example.org MX 10 us.example.net.", US[0])
    assert tried(await routed_by_us("example.org", *zone, port=2525)) == [f"us.example.net[{HERE}]:2525"]
    found = await routed_by_us("example.org", *zone, port=2525, own_addresses=(HERE,))
    assert found.failure is not None
    assert found.failure.status == "5.4.6"


async def test_a_domain_of_our_own_name_without_mx() -> None:
    found = await routed_by_us("mx.example.com", "mx.example.com A 203.0.113.1")
    assert found.failure is not None
    assert found.failure.status == "5.4.6"


async def test_our_own_address_as_a_literal() -> None:
    found = await routed_by_us(f"[{HERE}]")
    assert found.failure is not None
    assert found.failure.status == "5.4.6"


async def test_routes_are_taken_as_they_are() -> None:
    assert tried(await routed_by_us("example.org", routes={"example.org": f"{HERE}:25"})) == [f"{HERE}[{HERE}]:25"]
