"""Which hosts and addresses are this server, and which of a domain's servers that leaves."""

import pytest

from mailcore.dns.interface import Mx
from processor.outbound.routing.ourselves import Ourselves, before_ourselves

HERE = "198.51.100.7"


def ourselves(port: int = 25) -> Ourselves:
    networks = ("192.0.2.64/28", "2001:db8:77::/48")
    return Ourselves(frozenset({"mx.example.com", "out.example.com"}), networks, port, lambda address: address == HERE)


@pytest.mark.parametrize(
    ("address", "port", "is_ours"),
    [
        ("192.0.2.77", 25, True),
        ("192.0.2.77", 2525, True),
        ("192.0.2.80", 25, False),
        ("2001:db8:77::1", 25, True),
        ("2001:db8:78::1", 25, False),
        ("::ffff:192.0.2.77", 25, True),
        (HERE, 25, True),
        (f"::ffff:{HERE}", 25, True),
        (HERE, 2525, False),
        ("127.0.0.9", 25, True),
        ("127.0.0.9", 2525, False),
        ("::1", 25, True),
        ("::1", 2525, False),
        ("0.0.0.0", 2525, True),
        ("::", 2525, True),
    ],
)
def test_addresses(address: str, port: int, *, is_ours: bool) -> None:
    assert ourselves(port).has_address(address) == is_ours


@pytest.mark.parametrize(
    ("records", "left", "is_among"),
    [
        ([], [], False),
        ([(5, "a.test"), (10, "b.test")], ["a.test", "b.test"], False),
        ([(5, "a.test"), (10, "mx.example.com"), (20, "b.test")], ["a.test"], True),
        ([(10, "a.test"), (10, "mx.example.com")], [], True),
        ([(10, "MX.Example.COM."), (5, "a.test")], ["a.test"], True),
        ([(20, "mx.example.com"), (10, "out.example.com"), (15, "a.test"), (5, "b.test")], ["b.test"], True),
        ([(0, "mx.example.com")], [], True),
        ([(0, "not.mx.example.com")], ["not.mx.example.com"], False),
    ],
)
def test_only_those_preferred_to_us_are_left(
    records: list[tuple[int, str]], left: list[str], *, is_among: bool
) -> None:
    found, among = before_ourselves([Mx(*record) for record in records], ourselves())
    assert ([mx.host for mx in found], among) == (left, is_among)
