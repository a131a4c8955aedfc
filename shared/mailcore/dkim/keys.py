"""Key pairs that sign: made, kept as octets, and read again. RSA with 2048 bits, or Ed25519 (RFC 8463)."""

from base64 import b64encode
from dataclasses import dataclass, field
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)

from mailcore.errors import Malformed

Algorithm = Literal["rsa-sha256", "ed25519-sha256"]
"""As `a=` names it. Every receiver knows RSA; few know Ed25519 yet, whose keys and signatures are short."""

_RSA_BITS = 2048
"""What RFC 8301 3.2 wants; the answer of DNS still fits everywhere."""
_RSA_EXPONENT = 65537


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A key just made."""

    private: bytes = field(repr=False)
    """PKCS #8, DER."""
    public: str
    """As `p=` of the DNS record has it, in base64: SubjectPublicKeyInfo for RSA, the 32 octets for Ed25519."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that signs."""

    selector: str
    algorithm: Algorithm
    private: RSAPrivateKey | Ed25519PrivateKey = field(repr=False)

    def sign(self, octets: bytes) -> bytes:
        """Give the signature of `octets` (RFC 6376 3.3; RFC 8463 3: Ed25519 signs their hash)."""
        if isinstance(self.private, RSAPrivateKey):
            return self.private.sign(octets, PKCS1v15(), SHA256())
        digest = Hash(SHA256())
        digest.update(octets)
        return self.private.sign(digest.finalize())


def make_key(algorithm: Algorithm) -> KeyPair:
    """Make a key. Takes up to a second for RSA: not for the event loop."""
    private: RSAPrivateKey | Ed25519PrivateKey
    if algorithm == "rsa-sha256":
        private = generate_private_key(_RSA_EXPONENT, _RSA_BITS)
        public = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    else:
        private = Ed25519PrivateKey.generate()
        public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    der = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return KeyPair(der, b64encode(public).decode("ascii"))


def read_key(selector: str, algorithm: Algorithm, private: bytes) -> SigningKey:
    """Read what `make_key` gave as private. Raises Malformed when it is no such key."""
    try:
        key = load_der_private_key(private, password=None)
    except ValueError as error:
        raise Malformed(f"the private key {selector} cannot be read: {error}") from None
    if not isinstance(key, RSAPrivateKey if algorithm == "rsa-sha256" else Ed25519PrivateKey):
        raise Malformed(f"the private key {selector} is none of {algorithm}")
    return SigningKey(selector, algorithm, key)
