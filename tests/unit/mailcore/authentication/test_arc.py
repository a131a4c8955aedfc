import pytest
from tests.unit.mailcore.authentication.signing import examined, records, resolver, rsa_record, sealed, signed

from mailcore.authentication.examination import Limits
from mailcore.authentication.results import ArcVerdict

ONE = sealed(signed())
TWO = sealed(ONE, domain="second.example", found="arc=pass")
SECOND = "the seal of second.example is not right"


async def verdict(message: bytes, *silent: str, **more: bytes) -> ArcVerdict:
    return (await examined(message, resolver(records(**more), *silent))).arc


async def test_what_another_sealed() -> None:
    assert await verdict(signed()) == ArcVerdict()
    assert await verdict(ONE) == ArcVerdict("pass", "forwarder.example", 1)
    assert await verdict(TWO) == ArcVerdict("pass", "second.example", 2)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b"How are", b"Who are", "the body was changed"),
        (b"Subject: One", b"Subject: Two", "the signature does not fit the header section"),
        (
            b"ARC-Authentication-Results: i=1;",
            b"ARC-Authentication-Results: i=1; forged",
            SECOND,
        ),
        (
            b"ARC-Seal: i=1; cv=none; a=rsa-sha256",
            b"ARC-Seal: i=1; cv=none; a=rsa-sha1",
            SECOND,
        ),
    ],
)
async def test_what_was_changed(old: bytes, new: bytes, reason: str) -> None:
    assert old in TWO
    found = await verdict(TWO.replace(old, new, 1))
    assert (found.result, found.reason) == ("fail", reason)


async def test_a_seal_of_another_algorithm() -> None:
    found = await verdict(ONE.replace(b"ARC-Seal: i=1; cv=none; a=rsa-sha256", b"ARC-Seal: i=1; cv=none; a=rsa-sha1"))
    assert (found.result, found.reason) == ("fail", "no algorithm that is known")


async def test_a_body_may_be_changed_before_the_last_seal() -> None:
    """Only the newest signature of a message must fit: that is what chains are for."""
    changed = sealed(ONE.replace(b"Subject: One", b"Subject: [list] One"), domain="second.example", found="arc=pass")
    assert (await verdict(changed)).result == "pass"


async def test_keys_that_cannot_be_had() -> None:
    assert (await verdict(TWO, "rsa._domainkey.forwarder.example")).reason.startswith("no answer from DNS")
    assert (await verdict(TWO, "rsa._domainkey.second.example")).reason.startswith("no answer from DNS")
    other = rsa_record(1024)
    found = await verdict(TWO, rsa___domainkey__forwarder__example=other)
    assert found.reason == "the seal of forwarder.example is not right"


async def test_a_broken_chain() -> None:
    found = await verdict(TWO.replace(b"ARC-Seal: i=1", b"X-ARC-Seal: i=1"))
    assert found == ArcVerdict("fail", reason="a field is missing")


async def test_a_message_too_large() -> None:
    found = await examined(ONE, resolver(records()), limits=Limits(3, 5))
    assert found.arc == ArcVerdict("fail", reason="the message is too large to be verified")
