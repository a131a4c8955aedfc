from ipaddress import ip_address

import pytest

from mailcore.directory.client_match import (
    AddressBlock,
    AddressRange,
    HostSuffix,
    address_number,
    parse_match,
    stored_match,
)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("192.0.2.1", "192.0.2.1"),
        (" 192.0.2.1 ", "192.0.2.1"),
        ("192.0.2.1/32", "192.0.2.1"),
        ("192.0.2.1/24", "192.0.2.0/24"),
        ("0.0.0.0/0", "0.0.0.0/0"),
        ("2001:DB8::1", "2001:db8::1"),
        ("2001:db8::1/128", "2001:db8::1"),
        ("2001:db8:0::/32", "2001:db8::/32"),
        ("::/0", "::/0"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.0/120", "192.0.2.0/24"),
        ("::ffff:0:0/96", "0.0.0.0/0"),
        ("192.0.2.1-192.0.2.9", "192.0.2.1-192.0.2.9"),
        ("192.0.2.1 - 192.0.2.1", "192.0.2.1-192.0.2.1"),
        ("2001:db8::1-2001:DB8::f", "2001:db8::1-2001:db8::f"),
        ("10.1.*.*", "10.1.*.*"),
        ("*.*.*.*", "*.*.*.*"),
        (".Example.NET", ".example.net"),
        (".bücher.example", ".xn--bcher-kva.example"),
    ],
)
def test_stored_form(written: str, stored: str) -> None:
    assert stored_match(written) == stored
    assert stored_match(stored) == stored
    assert parse_match(stored) == parse_match(written)


@pytest.mark.parametrize(
    "nonsense",
    [
        "",
        "nonsense",
        "mail.example.net",
        ".",
        "..",
        ".not a name",
        "192.0.2",
        "192.0.2.256",
        "192.0.2.01",
        "192.0.2.0/33",
        "192.0.2.0/",
        "192.0.2.0/255.255.255.0",
        "192.0.2.0/-1",
        "192.0.2.0/24/8",
        "192.0.2.9-192.0.2.1",
        "192.0.2.1-::1",
        "192.0.2.1-",
        "-192.0.2.1",
        "192.0.2.1-192.0.2.2-192.0.2.3",
        "10.*",
        "10.1.*.256",
        "10.1.**.1",
        "10.1.*.*/16",
        "*",
        "*.example.net",
        "192.0.2.\uff11",
    ],
)
def test_nonsense_is_refused_with_what_is_allowed(nonsense: str) -> None:
    with pytest.raises(ValueError, match=r"allowed are|is not a domain name"):
        parse_match(nonsense)


@pytest.mark.parametrize(
    ("match", "covered", "not_covered"),
    [
        ("192.0.2.1", ["192.0.2.1", "::ffff:192.0.2.1"], ["192.0.2.2", "::1", "::c000:201"]),
        ("192.0.2.0/31", ["192.0.2.0", "192.0.2.1"], ["192.0.2.2", "192.0.1.255"]),
        ("0.0.0.0/0", ["0.0.0.0", "255.255.255.255"], ["::", "::1"]),
        ("::/0", ["::", "ffff::"], ["192.0.2.1", "::ffff:192.0.2.1"]),
        ("192.0.2.1-192.0.2.3", ["192.0.2.1", "192.0.2.3"], ["192.0.2.0", "192.0.2.4"]),
        ("10.*.1.*", ["10.0.1.0", "10.255.1.255"], ["10.0.2.0", "11.0.1.0"]),
    ],
)
def test_covers(match: str, covered: list[str], not_covered: list[str]) -> None:
    read = parse_match(match)
    assert isinstance(read, AddressBlock | AddressRange)
    assert all(read.covers(*address_number(ip)) for ip in covered)
    assert not any(read.covers(*address_number(ip)) for ip in not_covered)


def test_a_name_is_a_suffix_with_its_dot() -> None:
    assert parse_match(".example.net") == HostSuffix(".example.net")


@pytest.mark.parametrize("ip", ["192.0.2.1", "2001:db8::1"])
def test_address_number(ip: str) -> None:
    assert address_number(ip) == (ip_address(ip).version, int(ip_address(ip)))
    assert address_number("fe80::1%eth0") == address_number("fe80::1")
