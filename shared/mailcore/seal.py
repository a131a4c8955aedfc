"""Secrets as they lie in the database: sealed by keys that only this system has, so that a copy of it tells nothing.

AES-256-GCM with a fresh nonce, under keys that derive from KEY_FILE (`mailcore/secrets.py`). What is sealed names its
key and is bound to the place it was sealed for: put into another row, it does not open. The first key of the file seals
and all of them open, so that a new one takes over while what lies there is sealed anew (`mailcore/db/resealing.py`).
"""

import hashlib
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mailcore.errors import SealBroken
from mailcore.secrets import Secrets

_PURPOSE = "seal"
"""What the keys derive for."""
_FORM = "1"
_NONCE = 12
_NAME = 8


class Seal:
    """Seals octets into a line of ASCII, and opens it again."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """`keys`: of 32 octets each, at least one; the first seals, all of them open."""
        self._keys = {_name_of(key): AESGCM(key) for key in keys}
        self._newest = _name_of(keys[0])

    def close(self, octets: bytes, place: str) -> str:
        """Seal `octets` for `place`: where they are kept, such as `settings delivery.smarthost_password`."""
        nonce = os.urandom(_NONCE)
        sealed = self._keys[self._newest].encrypt(nonce, octets, place.encode())
        return f"{_FORM}.{self._newest}.{urlsafe_b64encode(nonce + sealed).decode('ascii')}"

    def open(self, sealed: str, place: str) -> bytes:
        """Give what was sealed for `place`. Raises SealBroken: by another key, for another place, altered, no seal."""
        form, _, rest = sealed.partition(".")
        name, _, text = rest.partition(".")
        if form != _FORM or not text:
            raise SealBroken(f"{place}: this is nothing that was sealed")
        if (key := self._keys.get(name)) is None:
            raise SealBroken(f"{place}: sealed by the key {name}, which KEY_FILE does not hold")
        try:
            octets = urlsafe_b64decode(text)
            return key.decrypt(octets[:_NONCE], octets[_NONCE:], place.encode())
        except (InvalidTag, ValueError):
            raise SealBroken(f"{place}: altered since it was sealed, or sealed for another place") from None

    def is_newest(self, sealed: str) -> bool:
        """Whether it is sealed by the key that seals now."""
        return sealed.startswith(f"{_FORM}.{self._newest}.")


def seal_of(secrets: Secrets) -> Seal:
    """Give the seal of a key file."""
    return Seal(secrets.keys_for(_PURPOSE))


def _name_of(key: bytes) -> str:
    """Name a key without telling anything of it: a preimage of 256 random bits is not to be found."""
    return hashlib.sha256(b"name of\0" + key).hexdigest()[:_NAME]
