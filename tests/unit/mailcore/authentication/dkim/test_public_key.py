import hashlib
from base64 import b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.unit.mailcore.authentication.signing import ed25519_key, ed25519_record, rsa_key, rsa_record

from mailcore.authentication.dkim.public_key import TooWeak, parse_key, parse_keys

DIGEST = hashlib.sha256(b"what is signed").digest()


def test_rsa() -> None:
    key, signature = parse_key(rsa_record()), rsa_key(2048).sign(b"what is signed", PKCS1v15(), SHA256())
    assert key.verifies(signature, DIGEST, "rsa-sha256")
    assert not key.verifies(signature, bytes(32), "rsa-sha256")
    assert not key.verifies(b"x", DIGEST, "rsa-sha256")
    with pytest.raises(ValueError, match="none for ed25519-sha256"):
        key.verifies(signature, DIGEST, "ed25519-sha256")


def test_ed25519() -> None:
    key, signature = parse_key(ed25519_record()), ed25519_key().sign(DIGEST)
    assert key.verifies(signature, DIGEST, "ed25519-sha256")
    assert not key.verifies(signature, bytes(32), "ed25519-sha256")
    with pytest.raises(ValueError, match="none for rsa-sha256"):
        key.verifies(signature, DIGEST, "rsa-sha256")


@pytest.mark.parametrize(
    ("tags", "is_strict", "is_testing"),
    [
        ("", False, False),
        ("t=s; ", True, False),
        ("t=y:S; ", True, True),
        ("s=email; h=sha1:sha256; n=x; ", False, False),
    ],
)
def test_what_a_key_is_for(tags: str, is_strict: bool, is_testing: bool) -> None:
    key = parse_key(rsa_record(tags=tags))
    assert (key.is_strict, key.is_testing) == (is_strict, is_testing)


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (b"", "no key"),
        (b"v=spf1 -all", r"malformed|no key"),
        (b"v=DKIM2; p=abcd", "no key"),
        (b"v=DKIM1; p=", "revoked"),
        (b"v=DKIM1; p=YWJj", "malformed"),
        (b"v=DKIM1; p=!", r"(?i)base64|padding"),
        (b"v=DKIM1; k=dsa; p=YWJj", "kind"),
        (b"v=DKIM1; k=ed25519; p=YWJj", "kind"),
        (b"v=DKIM1; h=sha1; p=YWJj", "SHA-256"),
        (b"v=DKIM1; s=tlsrpt; p=YWJj", "not for mail"),
        (b"v=DKIM1; p=YWJj; p=YWJj", "twice"),
        (b"\xff", "malformed"),
    ],
)
def test_what_is_no_key(record: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_key(record)


def test_a_key_of_another_kind() -> None:
    other = generate_private_key(SECP256R1()).public_key()
    octets = other.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(ValueError, match="no RSA key"):
        parse_key(b"p=" + b64encode(octets))


def test_a_short_key() -> None:
    # 512 bits, made once: nothing makes such keys any more
    short = (
        b"MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf9Cnzj4p4WGeKLs1Pt8QuKUpRKfFLfRYC9AIKjbJTWit+"
        b"CqvjWYzvQwECAwEAAQ=="
    )
    with pytest.raises(TooWeak, match="512 bits"):
        parse_key(b"p=" + short)


def test_the_first_record_that_has_one() -> None:
    found = parse_keys([b"rubbish", ed25519_record(), rsa_record()])
    assert found.verifies(ed25519_key().sign(DIGEST), DIGEST, "ed25519-sha256")
    with pytest.raises(ValueError, match="there is no key"):
        parse_keys([])
    with pytest.raises(ValueError, match="revoked"):
        parse_keys([b"p=", b"rubbish"])
