"""Every message of the corpus arrives with its body the same byte for byte, and its own header fields below ours.

The corpus is not part of the project: it is looked for in `$CORPUS`, else in `../shared/corpus` beside the checkout.
"""

import os
import re
import smtplib
from pathlib import Path

import pytest
from tests.added_fields import ADDED
from tests.compose.conftest import HOST, MakeAccount
from tests.compose.mailboxes import maildir_files
from tests.compose.project import Project
from tests.e2e.service import wait_until

pytestmark = pytest.mark.compose

CORPUS = Path(os.environ.get("CORPUS") or Path(__file__).parents[3] / "shared" / "corpus")
SENDER = re.compile(rb"corpus-(\d+)@sender\.example\.net")


def _as_sent(octets: bytes) -> bytes:
    """Give lines ended by CRLF, the last one too; a CR that ends no line stays."""
    sent = re.sub(rb"\r?\n", b"\r\n", octets)
    return sent if sent.endswith(b"\r\n") else sent + b"\r\n"


def test_every_message_arrives_byte_for_byte(project: Project, make_account: MakeAccount) -> None:
    files = sorted(CORPUS.rglob("*.eml"))
    if not files:
        pytest.skip(f"no corpus in {CORPUS}: set CORPUS to a folder of .eml files")
    address = make_account("corpus")
    sent = {number: _as_sent(path.read_bytes()) for number, path in enumerate(files)}
    with smtplib.SMTP(HOST, project.ports["SMTP"], timeout=60) as session:
        for number, octets in sent.items():
            session.sendmail(f"corpus-{number}@sender.example.net", [address], octets)

    def stored() -> list[bytes]:
        return maildir_files(project.files("processor", "/data/mail/example.com/corpus"))

    wait_until(lambda: len(stored()) >= len(sent), 60, what="as many messages as were sent")
    arrived = [_arrived(message, sent) for message in stored()]
    wrong = [str(path.relative_to(CORPUS)) for number, path in enumerate(files) if arrived.count(number) != 1]
    assert wrong == []


def _arrived(message: bytes, sent: dict[int, bytes]) -> int | None:
    """Give the number of the message that a file holds unchanged below what a delivery adds; None: of none."""
    added = ADDED.match(message)
    sender = None if added is None else SENDER.fullmatch(added["sender"])
    if sender is None:
        return None
    number = int(sender[1])
    unchanged = sent[number].replace(b"\r\n", b"\n")
    return number if message.endswith(unchanged) and ADDED.fullmatch(message.removesuffix(unchanged)) else None
