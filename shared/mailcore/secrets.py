"""Keys that only this system knows. All derive from one key file, one per purpose, by HKDF (RFC 5869, SHA-256).

The file holds keys in hexadecimal, one a line. The first signs; all are taken when something is verified, so that a
new key put above the old ones lets what was signed with those go on until it expires.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from mailcore.content.directories import sync_directory
from mailcore.errors import ConfigurationError

_OCTETS = 32


class Secrets:
    """The keys of one key file."""

    def __init__(self, masters: Sequence[bytes]) -> None:
        """`masters`: the file's keys, at least one."""
        self._masters = tuple(masters)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a key file. Raises ConfigurationError when there is none or it holds something else."""
        try:
            lines = path.read_text("ascii").split()
            masters = [bytes.fromhex(line) for line in lines]
        except OSError as error:
            raise ConfigurationError(f"KEY_FILE: cannot read {path}: {error.strerror}") from None
        except ValueError:
            raise ConfigurationError(f"KEY_FILE: {path} holds something else than hexadecimal keys") from None
        if not masters or any(len(master) < _OCTETS for master in masters):
            raise ConfigurationError(f"KEY_FILE: {path} must hold keys of {_OCTETS} octets, one a line")
        return cls(masters)

    def keys_for(self, purpose: str) -> tuple[bytes, ...]:
        """Give the keys for one purpose: the first signs, all of them verify."""
        return tuple(_derived(master, purpose) for master in self._masters)


def make_key_file(path: Path) -> None:
    """Make a key file with a new key, for this user alone, unless there is one. Raises ConfigurationError."""
    if path.exists():
        return
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            os.write(file, secrets.token_hex(_OCTETS).encode("ascii") + b"\n")
            os.fsync(file)
        finally:
            os.close(file)
        try:
            # Another process may be at it too: the first one wins, and never with half a file.
            path.hardlink_to(fresh)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
        sync_directory(path.parent)
    except OSError as error:
        raise ConfigurationError(f"KEY_FILE: cannot make {path}: {error.strerror}") from None


def _derived(master: bytes, purpose: str) -> bytes:
    """HKDF without a salt, for one block of output."""
    extracted = hmac.digest(bytes(_OCTETS), master, hashlib.sha256)
    return hmac.digest(extracted, purpose.encode("utf-8") + b"\x01", hashlib.sha256)
