import re

import pytest
from tests.unit.mailcore.authentication.signing import MESSAGE, sealed, signed

from mailcore.authentication.arc_chain import BrokenChain, Chain, parse_chain, sealed_octets
from mailcore.mail.headers import header_size, split_fields

ONE = sealed(signed())
TWO = sealed(ONE, domain="second.example", found="arc=pass")


def chain_of(message: bytes) -> Chain | None:
    return parse_chain(split_fields(message[: header_size(message)]))


def test_no_chain() -> None:
    assert chain_of(MESSAGE) is None


def test_chains() -> None:
    one, two = chain_of(ONE), chain_of(TWO)
    assert one is not None
    assert two is not None
    assert [part.seal.domain for part in one.sets] == ["forwarder.example"]
    assert [part.seal.domain for part in two.sets] == ["forwarder.example", "second.example"]
    assert [part.seal.chain for part in two.sets] == ["none", "pass"]
    assert two.newest.domain == "second.example"
    assert two.sets[1].seal.key_name == "rsa._domainkey.second.example"
    names = [raw.partition(b":")[0].lower() for raw in sealed_octets(two.sets)]
    assert names == [b"arc-authentication-results", b"arc-message-signature", b"arc-seal"] * 2


@pytest.mark.parametrize(
    ("pattern", "replacement", "why"),
    [
        (rb"ARC-Seal: i=1", b"X-ARC-Seal: i=1", "a field is missing"),
        (rb"ARC-Seal: i=1", b"ARC-Seal: i=2", "twice under one number"),
        (rb"i=2", b"i=3", "numbers are missing"),
        (rb"ARC-Seal: i=2;", b"ARC-Seal: i=0;", "has no number"),
        (rb"ARC-Seal: i=2;", b"ARC-Seal: i=2; i=2;", "twice"),
        (rb"ARC-Authentication-Results: i=2;", b"ARC-Authentication-Results: second.example;", "has no number"),
        (rb"cv=pass", b"cv=fail", "found the chain broken"),
        (rb"cv=pass", b"cv=none", "malformed"),
        (rb"cv=none", b"cv=pass", "malformed"),
        (rb"ARC-Seal: i=2;", b"ARC-Seal: i=2; h=from;", "malformed"),
        (rb"(ARC-Seal: i=2;.*?) d=second.example;", rb"\1", "d is missing"),
        (rb"(ARC-Message-Signature: i=2;.*?) bh=", rb"\1 hb=", "bh is missing"),
        (rb"s=rsa", b"s=..", "selector"),
    ],
)
def test_what_breaks_it(pattern: bytes, replacement: bytes, why: str) -> None:
    message = re.sub(pattern, replacement, TWO, flags=re.DOTALL)
    assert message != TWO
    with pytest.raises(BrokenChain, match=why):
        chain_of(message)


def test_it_ends_at_fifty() -> None:
    section = ONE[: header_size(ONE)]
    fields = b"".join(field.raw for field in split_fields(section) if field.name.startswith(b"arc-"))
    first, later = fields, fields.replace(b"cv=none", b"cv=pass")
    sets = [first, *(re.sub(rb"\bi=1\b", b"i=%d" % number, later) for number in range(2, 52))]
    assert parse_chain(split_fields(b"".join(sets[:50]))) is not None
    with pytest.raises(BrokenChain, match="numbers"):
        parse_chain(split_fields(b"".join(sets)))
