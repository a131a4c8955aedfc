"""Keys of signers as DNS has them (RFC 6376 3.6.1, RFC 8463 3.2), and what they verify."""

from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from mailcore.authentication.dkim.signature import octets_of
from mailcore.authentication.tags import parse_tags, without_blanks

LEAST_BITS = 1024
"""RFC 8301 3.2: shorter keys are worth nothing."""
MOST_BITS = 8192
_ED25519_OCTETS = 32
_MOST_RECORDS = 4


class TooWeak(ValueError):  # noqa: N818 - reads as what was found
    """The key is one that is not to be believed."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key and what it may be used for."""

    key: RSAPublicKey | Ed25519PublicKey
    is_strict: bool = False
    """Whether it speaks for its very domain alone (`t=s`)."""
    is_testing: bool = False
    """Whether its owner only tries it (`t=y`)."""

    def verifies(self, octets: bytes, digest: bytes, algorithm: str) -> bool:
        """Whether `octets` signs what has this SHA-256. Raises ValueError for a key of another algorithm."""
        try:
            if isinstance(self.key, RSAPublicKey) and algorithm == "rsa-sha256":
                self.key.verify(octets, digest, PKCS1v15(), Prehashed(SHA256()))
            elif isinstance(self.key, Ed25519PublicKey) and algorithm == "ed25519-sha256":
                self.key.verify(octets, digest)
            else:
                raise ValueError(f"the key is none for {algorithm}")
        except InvalidSignature:
            return False
        return True


def parse_keys(records: Sequence[bytes]) -> PublicKey:
    """Give the key of the first record that has one. Raises ValueError for what the first of them says otherwise."""
    first: ValueError | None = None
    for record in records[:_MOST_RECORDS]:
        try:
            return parse_key(record)
        except ValueError as error:
            first = first or error
    raise first or ValueError("there is no key")


def parse_key(record: bytes) -> PublicKey:
    """Read a key record. Raises ValueError, saying what is wrong."""
    try:
        text = record.decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("the key record is malformed") from None
    tags = parse_tags(text)
    if tags.get("v", "DKIM1") != "DKIM1" or "p" not in tags:
        raise ValueError("there is no key")
    if "sha256" not in _choices(tags, "h", "sha256"):
        raise ValueError("the key is not for SHA-256")
    if not {"*", "email"} & _choices(tags, "s", "*"):
        raise ValueError("the key is not for mail")
    if not without_blanks(tags["p"]):
        raise ValueError("the key was revoked")
    flags, octets = _choices(tags, "t", ""), octets_of(tags["p"])
    match tags.get("k", "rsa").lower():
        case "rsa":
            return PublicKey(_rsa_key(octets), "s" in flags, "y" in flags)
        case "ed25519" if len(octets) == _ED25519_OCTETS:
            return PublicKey(Ed25519PublicKey.from_public_bytes(octets), "s" in flags, "y" in flags)
        case kind:
            raise ValueError(f"no key of a kind that is known: {kind[:20]!r}")


def _rsa_key(octets: bytes) -> RSAPublicKey:
    try:
        key = load_der_public_key(octets)
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError("the key is malformed") from None
    if not isinstance(key, RSAPublicKey):
        raise ValueError("the key is no RSA key")  # noqa: TRY004 - what was published is wrong
    if not LEAST_BITS <= key.key_size <= MOST_BITS:
        raise TooWeak(f"the key has {key.key_size} bits")
    return key


def _choices(tags: dict[str, str], name: str, default: str) -> set[str]:
    return {word.strip().lower() for word in tags.get(name, default).split(":")}
