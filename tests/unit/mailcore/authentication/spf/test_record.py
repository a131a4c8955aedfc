from ipaddress import ip_network

import pytest

from mailcore.authentication.spf.record import is_record, parse_record


def test_a_record() -> None:
    record = parse_record(
        b"v=spf1 a:mail.example.org/24//64  -mx ?include:%{d2}.example ~ip4:192.0.2.7/24 ip6:2001:DB8::/32 "
        b"PTR exists:%{i}.example exp=why.example unknown=%{d} redirect=_spf.example -all"
    )
    assert [(one.result, one.name) for one in record.mechanisms] == [
        ("pass", "a"),
        ("fail", "mx"),
        ("neutral", "include"),
        ("softfail", "ip4"),
        ("pass", "ip6"),
        ("pass", "ptr"),
        ("pass", "exists"),
        ("fail", "all"),
    ]
    assert (record.mechanisms[0].ipv4_length, record.mechanisms[0].ipv6_length) == (24, 64)
    assert (record.mechanisms[1].ipv4_length, record.mechanisms[1].domain) == (32, None)
    assert record.mechanisms[3].network == ip_network("192.0.2.0/24")
    assert record.redirect is not None


@pytest.mark.parametrize(
    "term",
    [
        "all:example.org",
        "all/8",
        "include",
        "include:",
        "include:example",
        "exists",
        "ip4",
        "ip4:2001:db8::1",
        "ip4:192.0.2",
        "ip4:192.0.2.1/33",
        "ip4:192.0.2.1/032",
        "ip4:192.0.2.1/",
        "ip4:192.0.2.1/255.255.255.0",
        "ip6:192.0.2.1",
        "ip6:2001:db8::1/129",
        "ip6:fe80::1%eth0",
        "a:",
        "a/33",
        "a//129",
        "a/024",
        "a/24/64",
        "axe",
        "mx:example.org/x",
        "ptr:",
        "ptr/24",
        "!all",
        "rubbish",
        "redirect=",
        "redirect=example",
        "redirect=a.example redirect=b.example",
        "exp=a.example EXP=b.example",
        "unknown=%",
        "-",
    ],
)
def test_one_mistake_and_it_is_worthless(term: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_record(f"v=spf1 +all {term}".encode())


def test_it_is_ascii() -> None:
    with pytest.raises(ValueError, match="not ASCII"):
        parse_record("v=spf1 a:bücher.example".encode())


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (b"v=spf1", True),
        (b"V=SPF1 -all", True),
        (b"v=spf10 -all", False),
        (b"v=spf1\t-all", False),
        (b" v=spf1", False),
        (b"spf2.0/pra +all", False),
    ],
)
def test_which_records_are_of_spf(text: bytes, is_one: bool) -> None:
    assert is_record(text) is is_one
