"""Certificates against TLSA records, as tables."""

from hashlib import sha256, sha512

import pytest
from tests.fakes.authority import NOW, Issued

from mailcore.dns.interface import Tlsa
from processor.outbound.tls.dane import Anchors, mismatch, usable

ROOT = Issued.root()
MIDDLE = ROOT.authority()
SERVER = MIDDLE.server("mx.example.org")
OTHER_ROOT = Issued.root("Other Root")
NAMES = ("mx.example.org", "example.org")


def found(*records: Tlsa, server: Issued = SERVER, chain: list[bytes] | None = None) -> str | None:
    some = usable(records)
    assert some
    problem = mismatch(Anchors("mx.example.org", some, NAMES), server.chain if chain is None else chain, NOW)
    return None if problem is None else problem.type


@pytest.mark.parametrize("usage", [2, 3])
@pytest.mark.parametrize("selector", [0, 1])
@pytest.mark.parametrize("matching", [0, 1, 2])
def test_every_usable_kind_of_record(usage: int, selector: int, matching: int) -> None:
    def record(of: Issued) -> Tlsa:
        octets = of.spki if selector else of.der
        return Tlsa(usage, selector, matching, [octets, sha256(octets).digest(), sha512(octets).digest()][matching])

    named, other = (SERVER, Issued.root("stranger")) if usage == 3 else (ROOT, OTHER_ROOT)
    assert found(record(named)) is None
    assert found(record(other)) == "certificate-not-trusted"
    # One that fits is enough.
    assert found(record(other), record(named)) is None


def digest(usage: int, of: Issued) -> Tlsa:
    return Tlsa(usage, 1, 1, sha256(of.spki).digest())


def test_an_intermediate_authority_is_an_anchor_too() -> None:
    assert found(digest(2, MIDDLE)) is None
    assert found(digest(2, MIDDLE), chain=[SERVER.der, MIDDLE.der]) is None


def test_an_anchor_that_is_not_sent_counts_when_it_stands_whole_in_the_record() -> None:
    assert found(Tlsa(2, 0, 0, ROOT.der), chain=[SERVER.der, MIDDLE.der]) is None
    assert found(digest(2, ROOT), chain=[SERVER.der, MIDDLE.der]) == "certificate-not-trusted"


@pytest.mark.parametrize(
    ("server", "of_its_own", "below_an_anchor"),
    [
        (MIDDLE.server("mx.example.org", days=(-9, -1)), None, "certificate-not-trusted"),
        (MIDDLE.server("mx.example.org", days=(1, 9)), None, "certificate-not-trusted"),
        (MIDDLE.server("mx.example.net"), None, "certificate-host-mismatch"),
        (MIDDLE.server("example.org"), None, None),
        (MIDDLE.server("*.example.org"), None, None),
        (MIDDLE.server(common_name="mx.example.org"), None, None),
        (MIDDLE.server("other.test", common_name="mx.example.org"), None, "certificate-host-mismatch"),
        (MIDDLE.server(), None, "certificate-host-mismatch"),
    ],
    ids=["expired", "not yet", "other name", "next hop", "wildcard", "CN", "CN beside names", "no name"],
)
def test_dates_and_names_count_below_an_anchor_alone(
    server: Issued, of_its_own: str | None, below_an_anchor: str | None
) -> None:
    assert found(digest(3, server), server=server) == of_its_own
    assert found(digest(2, ROOT), server=server) == below_an_anchor


def test_an_anchor_that_is_merely_sent_along_is_none() -> None:
    stranger = OTHER_ROOT.server("mx.example.org")
    assert found(digest(2, ROOT), chain=[stranger.der, MIDDLE.der, ROOT.der]) == "certificate-not-trusted"
    own = Issued.root("mx.example.org")
    assert found(digest(2, own), chain=[SERVER.der, own.der]) == "certificate-not-trusted"


def test_a_server_that_signed_others_without_being_an_authority() -> None:
    below = Issued._signed("below", SERVER, names=("mx.example.org",))
    assert found(digest(2, SERVER), chain=[below.der, *SERVER.chain]) == "certificate-not-trusted"


@pytest.mark.parametrize("chain", [[], [b"no certificate"], [SERVER.der, b"no certificate"]])
def test_what_is_no_chain(chain: list[bytes]) -> None:
    assert found(digest(2, ROOT), chain=chain) == "validation-failure"


@pytest.mark.parametrize(
    "record",
    [
        Tlsa(0, 1, 1, bytes(32)),
        Tlsa(1, 1, 1, bytes(32)),
        Tlsa(255, 1, 1, bytes(32)),
        Tlsa(3, 2, 1, bytes(32)),
        Tlsa(3, 1, 3, bytes(32)),
        Tlsa(3, 1, 1, bytes(31)),
        Tlsa(3, 1, 2, bytes(32)),
        Tlsa(3, 0, 0, b"no certificate"),
        Tlsa(3, 1, 0, b"no key"),
        Tlsa(2, 0, 0, b""),
    ],
)
def test_records_that_cannot_be_used(record: Tlsa) -> None:
    assert usable([record]) == ()


def test_of_several_digests_the_strongest_counts() -> None:
    strong = Tlsa(3, 1, 2, sha512(SERVER.spki).digest())
    weak = Tlsa(3, 1, 1, sha256(OTHER_ROOT.spki).digest())
    other = Tlsa(2, 1, 1, sha256(ROOT.spki).digest())
    whole = Tlsa(3, 1, 0, SERVER.spki)
    assert usable([weak, strong, other, whole]) == (strong, other, whole)
    assert found(weak, strong, server=OTHER_ROOT, chain=OTHER_ROOT.chain) == "certificate-not-trusted"
