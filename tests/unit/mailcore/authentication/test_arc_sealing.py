import dkim
import pytest
from tests.unit.mailcore.authentication.signing import (
    MESSAGE,
    NOW,
    ed25519_key,
    ed25519_record,
    examined,
    records,
    resolver,
    rsa_key,
    rsa_record,
    sealed,
    signed,
)

from mailcore.authentication.arc_sealing import ArcBasis, arc_basis, seal_fields
from mailcore.authentication.results import ArcVerdict, Authentication, DkimVerdict, SpfVerdict
from mailcore.dkim.keys import SigningKey
from mailcore.dkim.relaxed import body_hash
from mailcore.mail.headers import header_size

KEY = SigningKey("rsa", "rsa-sha256", rsa_key(2048))
FOUND = Authentication(SpfVerdict("pass", "example.org"), (DkimVerdict("pass", "example.org", "rsa", "rsa-sha256"),))


def sealed_by_us(
    message: bytes,
    domain: str = "us.example",
    key: SigningKey = KEY,
    chain: str = "none",
    uncovered: tuple[bytes, ...] = (),
) -> bytes:
    basis = arc_basis("mx.us.example", FOUND, "bob@example.org")
    assert basis is not None
    size = header_size(message)
    fields = seal_fields(
        message[:size],
        body_hash(message[size + 2 :]),
        domain=domain,
        key=key,
        basis=ArcBasis(basis.statements, chain),
        at=NOW,
        uncovered=uncovered,
    )
    return fields + message


async def verdict(message: bytes) -> ArcVerdict:
    dns = records(rsa___domainkey__us__example=rsa_record(), ed___domainkey__us__example=ed25519_record())
    return (await examined(message, resolver(dns))).arc


def verdict_of_another(message: bytes) -> bytes:
    """Give what dkimpy says of the chain."""
    result: bytes = dkim.arc_verify(message, dnsfunc=lambda *_, **__: rsa_record())[0]
    return result


@pytest.mark.parametrize(
    "message", [MESSAGE, signed(), b"From: bob@example.org\r\n\r\n", signed(signed(), selector="ed")]
)
async def test_the_first_seal(message: bytes) -> None:
    ours = sealed_by_us(message)
    assert [line.partition(b":")[0] for line in ours.split(b"\r\n") if line.startswith(b"ARC-")] == [
        b"ARC-Seal",
        b"ARC-Message-Signature",
        b"ARC-Authentication-Results",
    ]
    assert await verdict(ours) == ArcVerdict("pass", "us.example", 1)
    assert verdict_of_another(ours) == b"pass"
    assert sealed_by_us(message) == ours


async def test_seals_upon_seals() -> None:
    ours = sealed_by_us(sealed(signed()), chain="pass")
    assert await verdict(ours) == ArcVerdict("pass", "us.example", 2)
    assert verdict_of_another(ours) == b"pass"
    theirs = sealed(ours, domain="second.example", found="arc=pass")
    assert await verdict(theirs) == ArcVerdict("pass", "second.example", 3)
    third = sealed_by_us(theirs, chain="pass")
    assert await verdict(third) == ArcVerdict("pass", "us.example", 4)
    assert verdict_of_another(third) == b"pass"


async def test_an_ed25519_key() -> None:
    ours = sealed_by_us(signed(), key=SigningKey("ed", "ed25519-sha256", ed25519_key()))
    assert await verdict(ours) == ArcVerdict("pass", "us.example", 1)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"spf=pass", b"spf=fail"),
        (b"Subject: One", b"Subject: Two"),
        (b"How are", b"Who are"),
        (b"DKIM-Signature: v=1", b"DKIM-Signature: v=2"),
    ],
)
async def test_what_was_sealed_is_not_changed(old: bytes, new: bytes) -> None:
    ours = sealed_by_us(signed())
    assert old in ours
    assert (await verdict(ours.replace(old, new, 1))).result == "fail"


def test_what_is_said() -> None:
    lines = sealed_by_us(MESSAGE).decode().split("\r\n")
    start = next(place for place, line in enumerate(lines) if line.startswith("ARC-Authentication-Results"))
    assert lines[start : start + 3] == [
        "ARC-Authentication-Results: i=1;",
        "\tmx.us.example;",
        "\tspf=pass smtp.mailfrom=bob@example.org;",
    ]


def test_what_is_not_sealed() -> None:
    assert arc_basis("mx.us.example", None, "bob@example.org") is None
    assert arc_basis("mx.us.example", Authentication(arc=ArcVerdict("fail")), "bob@example.org") is None
    broken = sealed(MESSAGE).replace(b"ARC-Seal: i=1", b"X-ARC-Seal: i=1")
    assert sealed_by_us(broken, chain="pass") == broken
    # A chain that nobody saw when the message came, and one that was there and is gone.
    with_chain = sealed(signed())
    assert sealed_by_us(with_chain, chain="none") == with_chain
    assert sealed_by_us(MESSAGE, chain="pass") == MESSAGE


@pytest.mark.parametrize("uncovered", [(), (b"list-unsubscribe",)])
async def test_what_is_not_covered_may_change(uncovered: tuple[bytes, ...]) -> None:
    ours = sealed_by_us(b"List-Unsubscribe: <https://us.example/>\r\n" + signed(), uncovered=uncovered)
    changed = ours.replace(b"<https://us.example/>", b"<https://us.example/token>")
    expected = "pass" if uncovered else "fail"
    assert (await verdict(changed)).result == expected
    assert verdict_of_another(changed) == expected.encode()
