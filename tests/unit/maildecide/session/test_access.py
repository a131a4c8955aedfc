"""The compiled rules against a naive reading of the same text, and what each of the words means."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailcore.directory.access_rule import ReadyRule, RuleKind
from mailcore.directory.client_match import HostSuffix, address_number, parse_match
from maildecide.session.access import NO_VERDICT, UNKNOWN_HOST, AccessRules, AccessVerdict, HostNames

NOW = 1000.0


def rules(*written: tuple[RuleKind, str] | tuple[RuleKind, str, float]) -> AccessRules:
    return AccessRules(
        ReadyRule(number, kind, parse_match(match), expiry[0] if expiry else None)
        for number, (kind, match, *expiry) in enumerate(written, 1)
    )


def test_without_rules_nobody_is_anything() -> None:
    assert rules().judge("192.0.2.1", NOW) is NO_VERDICT
    assert not rules().needs_names("192.0.2.1", NOW)
    assert rules().relay_by("192.0.2.1", NOW) is None


def test_among_ban_and_pass_the_first_that_matches_decides() -> None:
    listed = rules(("pass", "192.0.2.7"), ("ban", "192.0.2.0/24"), ("pass", "192.0.2.8"))
    assert listed.judge("192.0.2.7", NOW) == AccessVerdict(passed_by=1)
    assert listed.judge("192.0.2.8", NOW) == AccessVerdict(banned_by=2)
    assert listed.judge("198.51.100.1", NOW) == NO_VERDICT


def test_relay_is_judged_apart_and_lifts_no_ban() -> None:
    listed = rules(("relay", "192.0.2.0/24"), ("ban", "192.0.2.1"), ("relay", "192.0.2.1"))
    assert listed.judge("192.0.2.1", NOW) == AccessVerdict(banned_by=2, relay_by=1)
    assert listed.judge("192.0.2.2", NOW) == AccessVerdict(relay_by=1)


def test_an_ipv4_address_in_ipv6_is_the_ipv4_address() -> None:
    assert rules(("ban", "192.0.2.1")).judge("::ffff:192.0.2.1", NOW).banned_by == 1
    assert rules(("ban", "::ffff:192.0.2.1")).judge("192.0.2.1", NOW).banned_by == 1


@pytest.mark.parametrize(("now", "banned_by"), [(NOW - 0.001, 1), (NOW, 2), (NOW + 1, 2)])
def test_a_rule_that_has_expired_matches_nobody(now: float, banned_by: int) -> None:
    listed = rules(("ban", "192.0.2.1", NOW), ("ban", "192.0.2.0/24"), ("relay", "192.0.2.1", NOW))
    assert listed.judge("192.0.2.1", now) == AccessVerdict(banned_by=banned_by, relay_by=3 if now < NOW else None)


def test_a_ban_takes_a_name_as_it_is_and_a_pass_only_a_confirmed_one() -> None:
    banning, passing = rules(("ban", ".example.net")), rules(("pass", ".example.net"), ("ban", "0.0.0.0/0"))
    forged = HostNames(("mx.example.net",))
    honest = HostNames(("mx.example.net",), frozenset({"mx.example.net"}))
    assert banning.judge("192.0.2.1", NOW, forged).banned_by == 1
    assert banning.judge("192.0.2.1", NOW) == NO_VERDICT
    assert passing.judge("192.0.2.1", NOW, forged).banned_by == 2
    assert passing.judge("192.0.2.1", NOW, honest).passed_by == 1


@pytest.mark.parametrize(
    ("name", "is_banned"),
    [
        ("mx.example.net", True),
        ("a.b.example.net", True),
        ("example.net", False),
        ("badexample.net", False),
        ("mx.example.net.evil.test", False),
        ("", False),
    ],
)
def test_a_suffix_is_whole_labels(name: str, *, is_banned: bool) -> None:
    verdict = rules(("ban", ".example.net")).judge("192.0.2.1", NOW, HostNames((name,)))
    assert (verdict.banned_by is not None) == is_banned


@pytest.mark.parametrize(
    ("listed", "is_asked"),
    [
        (rules(("ban", ".example.net")), True),
        (rules(("ban", ".example.net", NOW)), False),
        (rules(("ban", "192.0.2.1"), ("pass", ".example.net")), False),
        (rules(("ban", "192.0.2.2"), ("pass", ".example.net")), True),
        (rules(("ban", "192.0.2.1", NOW), ("pass", ".example.net")), True),
        (rules(("pass", ".example.net"), ("ban", "192.0.2.1")), True),
        (rules(("relay", "192.0.2.1")), False),
    ],
)
def test_names_are_asked_for_only_where_they_could_decide(listed: AccessRules, *, is_asked: bool) -> None:
    assert listed.needs_names("192.0.2.1", NOW) == is_asked


def test_names_are_confirmed_only_where_a_pass_depends_on_them() -> None:
    names = ("a.friend.test", "b.spam.test", "c.other.test")
    assert rules(("pass", ".friend.test")).needs_confirmed("192.0.2.1", NOW, names) == ("a.friend.test",)
    assert rules(("ban", ".spam.test"), ("pass", ".friend.test")).needs_confirmed("192.0.2.1", NOW, names) == ()
    assert rules(("ban", ".friend.test")).needs_confirmed("192.0.2.1", NOW, names) == ()
    assert rules(("pass", ".friend.test", NOW)).needs_confirmed("192.0.2.1", NOW, names) == ()


# Few bits and few labels, so that rules meet clients often.
_v4 = st.builds(lambda low: str(IPv4Address(0x0A000000 | low)), st.integers(0, 31))
_v6 = st.builds(lambda low: str(IPv6Address((0x20010DB8 << 96) | low)), st.integers(0, 31))
_ips = _v4 | _v6 | st.builds("::ffff:{}".format, _v4)
_names = st.lists(st.sampled_from(["a", "b"]), min_size=1, max_size=4).map(".".join)
_range = st.tuples(_v4, _v4).map(lambda ends: "-".join(sorted(ends, key=address_number)))
_range6 = st.tuples(_v6, _v6).map(lambda ends: "-".join(sorted(ends, key=address_number)))
_network = st.builds("{}/{}".format, _v4, st.integers(26, 32)) | st.builds("{}/{}".format, _v6, st.integers(122, 128))
_wildcard = (
    st.lists(st.sampled_from(["10", "0", "3", "*"]), min_size=4, max_size=4)
    .map(".".join)
    .filter(lambda text: "*" in text)
)
_matches = _ips | _network | _range | _range6 | _wildcard | _names.map(".{}".format)
_expiries = st.none() | st.sampled_from([NOW - 1, NOW, NOW + 1])
_rules = st.lists(
    st.builds(
        lambda kind, match, expiry: (kind, parse_match(match), expiry),
        st.sampled_from(["ban", "pass", "relay"]),
        _matches,
        _expiries,
    ).filter(lambda rule: rule[0] != "relay" or not isinstance(rule[1], HostSuffix)),
    max_size=12,
).map(lambda listed: [ReadyRule(number, *rule) for number, rule in enumerate(listed, 1)])


def naive(listed: list[ReadyRule], ip: str, host: HostNames) -> AccessVerdict:
    def matches(rule: ReadyRule) -> bool:
        if rule.expires_at is not None and rule.expires_at <= NOW:
            return False
        if isinstance(rule.match, HostSuffix):
            names = host.names if rule.kind == "ban" else [name for name in host.names if name in host.confirmed]
            return any(name.endswith(rule.match.suffix) for name in names)
        return rule.match.covers(*address_number(ip))

    door = next((rule for rule in listed if rule.kind != "relay" and matches(rule)), None)
    relay = next((rule for rule in listed if rule.kind == "relay" and matches(rule)), None)
    return AccessVerdict(
        banned_by=door.id if door and door.kind == "ban" else None,
        passed_by=door.id if door and door.kind == "pass" else None,
        relay_by=relay.id if relay else None,
    )


@settings(max_examples=200, deadline=None)
@given(listed=_rules, ip=_ips, names=st.lists(_names, max_size=3, unique=True), data=st.data())
def test_compiled_rules_say_what_a_naive_reading_says(
    listed: list[ReadyRule], ip: str, names: list[str], data: st.DataObject
) -> None:
    confirmed = frozenset(name for name in names if data.draw(st.booleans()))
    host = HostNames(tuple(names), confirmed)
    compiled = AccessRules(listed)
    expected = naive(listed, ip, host)
    assert compiled.judge(ip, NOW, host) == expected
    assert compiled.relay_by(ip, NOW) == expected.relay_by
    # Whoever asks no more than what is said to be needed comes to the same verdict.
    asked = UNKNOWN_HOST
    if compiled.needs_names(ip, NOW):
        asked = HostNames(host.names, confirmed & set(compiled.needs_confirmed(ip, NOW, host.names)))
    assert compiled.judge(ip, NOW, asked) == expected


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)).map(sorted), max_size=60),
    st.integers(0, 300),
)
def test_every_range_around_a_number_is_found(ends: list[list[int]], number: int) -> None:
    listed = AccessRules(
        ReadyRule(place, "ban", parse_match(f"{IPv4Address(first)}-{IPv4Address(last)}"))
        for place, (first, last) in enumerate(ends)
    )
    around = [place for place, (first, last) in enumerate(ends) if first <= number <= last]
    assert listed.judge(str(IPv4Address(number)), NOW).banned_by == (around[0] if around else None)
