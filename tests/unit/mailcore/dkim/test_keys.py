"""Keys as they are kept and published."""

from base64 import b64decode

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from mailcore.dkim.keys import Algorithm, make_key, read_key
from mailcore.errors import Malformed


def test_rsa_is_published_as_subject_public_key_info_of_2048_bits() -> None:
    public = load_der_public_key(b64decode(make_key("rsa-sha256").public))
    assert isinstance(public, RSAPublicKey)
    assert public.key_size == 2048


def test_ed25519_is_published_as_its_32_octets() -> None:
    assert len(b64decode(make_key("ed25519-sha256").public)) == 32


def test_rfc_8463_s_own_key_signs_as_it_says() -> None:
    # RFC 8463 A.2 and A.3.
    seed = b64decode("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=")
    pkcs8 = bytes.fromhex("302e020100300506032b657004220420") + seed
    signed = (
        b"from:Joe SixPack <joe@football.example.com>\r\n"
        b"to:Suzie Q <suzie@shopping.example.net>\r\n"
        b"subject:Is dinner ready?\r\n"
        b"date:Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n"
        b"message-id:<20030712040037.46341.5F8J@football.example.com>\r\n"
        b"dkim-signature:v=1; a=ed25519-sha256; c=relaxed/relaxed; d=football.example.com; "
        b"i=@football.example.com; q=dns/txt; s=brisbane; t=1528637909; h=from : to : subject : date : message-id : "
        b"from : subject : date; bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=; b="
    )
    key = read_key("brisbane", "ed25519-sha256", pkcs8)
    assert key.sign(signed) == b64decode(
        "/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11BusFa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw=="
    )


@pytest.mark.parametrize("algorithm", ["rsa-sha256", "ed25519-sha256"])
def test_a_key_is_read_again_and_shows_nothing_of_itself(algorithm: Algorithm) -> None:
    made = make_key(algorithm)
    assert "private" not in repr(made)
    key = read_key("s", algorithm, made.private)
    assert repr(key) == f"SigningKey(selector='s', algorithm='{algorithm}')"
    assert key.sign(b"x") == key.sign(b"x"), "what is signed again is the same"


def test_what_is_no_such_key_says_so() -> None:
    with pytest.raises(Malformed, match="cannot be read"):
        read_key("s", "rsa-sha256", b"nothing")
    with pytest.raises(Malformed, match="none of rsa-sha256"):
        read_key("s", "rsa-sha256", make_key("ed25519-sha256").private)
