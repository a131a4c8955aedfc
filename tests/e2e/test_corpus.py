"""Every message of the corpus goes through each form and comes out the same, byte for byte.

The settings are the defaults, under which none of these messages is refused: one holds a NUL, four have lines over 998
octets (`max_line_length`), and none a bare CR, which `bare_line_endings` would refuse from a stranger.

The corpus is not part of the project: it is looked for in `$CORPUS`, else in `../shared/corpus` beside the checkout.
"""

import os
import re
from pathlib import Path

import pytest
from tests.added_fields import ADDED
from tests.e2e.forms import Form, deliver
from tests.e2e.service import wait_until

pytestmark = pytest.mark.e2e

CORPUS = Path(os.environ.get("CORPUS") or Path(__file__).parents[3] / "shared" / "corpus")
RECEIVED_WITH = re.compile(rb"\bwith ESMTP\b")


def corpus_files() -> list[Path]:
    return sorted(CORPUS.rglob("*.eml"))


def as_sent(octets: bytes) -> bytes:
    """Give lines ended by CRLF, the last one too; a CR that ends no line stays."""
    sent = re.sub(rb"\r?\n", b"\r\n", octets)
    return sent if sent.endswith(b"\r\n") else sent + b"\r\n"


def test_every_message_arrives_byte_for_byte(form: Form) -> None:
    files = corpus_files()
    if not files:
        pytest.skip(f"no corpus in {CORPUS}: set CORPUS to a folder of .eml files")
    addresses = {path: f"m{number}@example.com" for number, path in enumerate(files)}
    form.make_accounts(*addresses.values())
    with form.smtp() as session:
        session.ehlo()
        for path, address in addresses.items():
            deliver(session, "corpus@sender.example.net", [address], as_sent(path.read_bytes()))
    wait_until(lambda: all(form.messages(address) for address in addresses.values()), 60, what="all messages stored")
    wrong = [str(path.relative_to(CORPUS)) for path in files if not arrived(form, addresses[path], path)]
    assert wrong == []


def arrived(form: Form, address: str, path: Path) -> bool:
    """Whether the mailbox holds the message once, lines ended by LF, below what a delivery adds."""
    stored = [file.read_bytes() for file in form.messages(address)]
    expected = as_sent(path.read_bytes()).replace(b"\r\n", b"\n")
    if len(stored) != 1 or not stored[0].endswith(expected):
        return False
    added = stored[0].removesuffix(expected)
    return bool(ADDED.fullmatch(added) and RECEIVED_WITH.search(added) and f"for <{address}>".encode() in added)
