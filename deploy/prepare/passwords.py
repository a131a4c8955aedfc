"""The passwords between the parts: made once, kept where no service looks, never chosen by anybody."""

import os
import secrets
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

_ENTROPY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Passwords:
    """One password per account of a part; letters, digits, `-` and `_`, so that they fit into URLs as they are."""

    postgres_superuser: str
    postgres_services: str
    postgres_dovecot: str
    rabbitmq_services: str

    @classmethod
    def keep(cls, directory: Path) -> Self:
        """Read the passwords kept in `directory`, one file each; make those that are not there yet.

        Raises OSError when the directory cannot be read or written.
        """
        return cls(**{field.name: _keep(directory / field.name) for field in fields(cls)})


def _keep(path: Path) -> str:
    if path.exists():
        return path.read_text("ascii")
    password = secrets.token_urlsafe(_ENTROPY_BYTES)
    # Whole or not at all: half a password that a database was set up with could not be told from a whole one.
    fresh = path.with_suffix(".new")
    with fresh.open("w", encoding="ascii") as file:
        file.write(password)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    return password
