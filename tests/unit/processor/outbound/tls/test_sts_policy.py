"""What announces a policy, and policies, as tables."""

import pytest

from mailcore.errors import Malformed
from processor.outbound.tls.sts_policy import MOST_SECONDS, announced_id, read_policy

POLICY = "version: STSv1\r\nmode: enforce\r\nmx: mx.example.org\r\nmx: *.example.net\r\nmax_age: 604800\r\n"


@pytest.mark.parametrize(
    ("records", "policy_id"),
    [
        ([b"v=STSv1; id=20160831085700Z;"], "20160831085700Z"),
        ([b"v=STSv1;id=1"], "1"),
        ([b"v=STSv1; id=1; new=yes;"], "1"),
        ([b"v=STSv1; new=yes; id=1"], "1"),
        ([b"v=spf1 -all", b"v=STSv1; id=2"], "2"),
        ([], None),
        ([b"v=STSv1; id=1", b"v=STSv1; id=2"], None),
        ([b"v=STSv1"], None),
        ([b"v=STSv1;"], None),
        ([b"v=STSv1; id="], None),
        ([b"v=STSv1; id=" + b"1" * 33], None),
        ([b"v=STSv1; id=a-b"], None),
        ([b"v=STSv2; id=1"], None),
        ([b"id=1; v=STSv1"], None),
        ([b"v=STSv1; id=1; \xff"], None),
    ],
)
def test_the_record(records: list[bytes], policy_id: str | None) -> None:
    assert announced_id(records) == policy_id


def test_a_policy() -> None:
    policy = read_policy(POLICY, "text/plain; charset=utf-8")
    assert (policy.mode, policy.max_age, policy.patterns) == ("enforce", 604800, ("mx.example.org", "*.example.net"))
    assert policy.lines[0] == "version: STSv1"
    assert [policy.names(host) for host in ("MX.example.org", "a.example.net", "a.b.example.net", "example.net")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    "text",
    [
        "version: STSv1\nmode: enforce\nmx: mx.example.org\nmax_age: 604800",
        "mode:enforce\nversion:STSv1\nmx:   mx.example.org  \nmax_age: 604800\nfuture: yes\n",
        "version: STSv1\nmode: enforce\nmode: none\nmx: mx.example.org\nmax_age: 604800\nmax_age: 1\n",
    ],
)
def test_forms_of_one_policy(text: str) -> None:
    policy = read_policy(text, "TEXT/PLAIN")
    assert (policy.mode, policy.max_age, policy.patterns) == ("enforce", 604800, ("mx.example.org",))


def test_bounds_and_names_of_all_languages() -> None:
    text = "version: STSv1\nmode: testing\nmx: *.例.test\nmax_age: 9999999999\n"
    policy = read_policy(text, "text/plain")
    assert (policy.max_age, policy.patterns) == (MOST_SECONDS, ("*.xn--fsq.test",))


def test_none_needs_no_servers() -> None:
    assert read_policy("version: STSv1\nmode: none\nmax_age: 0\n", "text/plain").patterns == ()


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("version: STSv1", "version: STSv2", "begins with"),
        ("version: STSv1\r\n", "", "no version"),
        ("mode: enforce", "mode: maybe", "no mode"),
        ("max_age: 604800", "max_age: -1", "no number"),
        ("max_age: 604800", "max_age: ٣", "no number"),
        ("max_age: 604800", "max_age: 10000000000", "no number"),
        ("max_age: 604800\r\n", "", "no max_age"),
        ("mx: mx.example.org\r\nmx: *.example.net\r\n", "", "names no mx"),
        ("mx: mx.example.org", "mx: -", "no host"),
        ("mx: mx.example.org", "mx: a.*.example.org", "no host"),
        ("mx: mx.example.org", "\r\n", "no line"),
        ("mx: mx.example.org", "<html>", "no line"),
    ],
)
def test_what_is_no_policy(old: str, new: str, why: str) -> None:
    with pytest.raises(Malformed, match=why):
        read_policy(POLICY.replace(old, new), "text/plain")


def test_a_page_is_no_policy() -> None:
    with pytest.raises(Malformed, match="text/plain"):
        read_policy(POLICY, "text/html")
