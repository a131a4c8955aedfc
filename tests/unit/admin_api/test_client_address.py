"""Who asks on the public port."""

from ipaddress import ip_network

import pytest
from starlette.requests import Request

from admin_api.client_address import client_of

PROXIES = (ip_network("192.0.2.0/24"), ip_network("2001:db8:1::/48"))


def a_request(client: str | None, *forwarded: str) -> Request:
    fields = [(b"x-forwarded-for", one.encode()) for one in forwarded]
    return Request({"type": "http", "client": client and (client, 1), "headers": fields})


@pytest.mark.parametrize(
    ("client", "forwarded", "expected"),
    [
        ("198.51.100.7", (), "198.51.100.7/32"),
        ("198.51.100.7", ("203.0.113.9",), "198.51.100.7/32"),
        ("192.0.2.1", ("203.0.113.9",), "203.0.113.9/32"),
        ("192.0.2.1", ("10.0.0.1, 203.0.113.9, 192.0.2.2",), "203.0.113.9/32"),
        ("192.0.2.1", ("10.0.0.1", "203.0.113.9"), "203.0.113.9/32"),
        ("192.0.2.1", ("2001:db8:2:3:4::5",), "2001:db8:2:3::/64"),
        ("2001:db8:1::1", ("203.0.113.9",), "203.0.113.9/32"),
        ("::ffff:192.0.2.1", ("203.0.113.9",), "203.0.113.9/32"),
        ("192.0.2.1", ("203.0.113.9:5678",), "203.0.113.9/32"),
        ("192.0.2.1", ("[2001:db8:2:3:4::5]:5678",), "2001:db8:2:3::/64"),
        ("192.0.2.1", (), "192.0.2.1/32"),
        ("192.0.2.1", ("unknown",), "192.0.2.1/32"),
        ("192.0.2.1", ("203.0.113.9, ",), "192.0.2.1/32"),
        ("192.0.2.1", ("192.0.2.2," * 100_000,), "192.0.2.1/32"),
        ("testclient", (), "0.0.0.0/32"),
        (None, (), "0.0.0.0/32"),
    ],
)
def test_the_client_is_the_last_that_is_no_proxy_of_ours(
    client: str | None, forwarded: tuple[str, ...], expected: str
) -> None:
    assert client_of(a_request(client, *forwarded), PROXIES).address == expected


def test_the_network_around_it_is_known_too() -> None:
    assert client_of(a_request("198.51.100.7"), ()).network == "198.51.100.0/24"
    assert client_of(a_request("2001:db8:2:3:4::5"), ()).network == "2001:db8:2::/48"
