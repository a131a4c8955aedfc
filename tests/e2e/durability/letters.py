"""The messages of a campaign: each is made from its token alone, so that its octets need not be kept to be compared."""

import random
import re
from base64 import b64encode
from dataclasses import dataclass

from tests.added_fields import ADDED

SMALL = 5 * 1024
LARGE = 200 * 1024
"""Past the size up to which content travels with its message: goes through the content store."""

_LINE = 76
_TOKEN = re.compile(rb"^X-Token: ([0-9a-f]+)\n", re.MULTILINE)


@dataclass(frozen=True)
class Letter:
    """One transaction's message and whom it is for."""

    token: str
    recipients: tuple[str, ...]
    size: int

    def octets(self) -> bytes:
        """Give it as it is sent, lines ended by CRLF, dots not doubled yet."""
        head = f"From: bob@example.org\r\nSubject: {self.token}\r\nX-Token: {self.token}\r\n\r\n".encode()
        text = b64encode(random.Random(self.token).randbytes(self.size * 3 // 4))  # noqa: S311 - no secret
        lines = [text[at : at + _LINE] for at in range(0, len(text), _LINE)]
        # What a careless hand would take for the end of the data, or lose.
        lines[1::40] = [b"." for _ in lines[1::40]]
        lines[2::40] = [b"..dots" for _ in lines[2::40]]
        return head + b"\r\n".join(lines) + b"\r\n"

    def is_in(self, stored: bytes) -> bool:
        """Whether the octets of a file are this letter, whole and unchanged, below what a delivery adds."""
        expected = self.octets().replace(b"\r\n", b"\n")
        return stored.endswith(expected) and bool(ADDED.fullmatch(stored.removesuffix(expected)))


def token_in(stored: bytes) -> str:
    """Give the token that a file names; empty when it names none."""
    found = _TOKEN.search(stored)
    return found[1].decode("ascii") if found else ""
