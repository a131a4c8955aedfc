"""Every bounce of the corpus says what the table beside this file says it says: given up, late, an answer, or nothing.

The corpus is not part of the project: it is looked for in `$CORPUS`, else in `../shared/corpus` beside the checkout.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.list_builders import a_post

from mailcore.mail.headers import header_size
from maildecide.lists.bounces.reading import read_returned
from processor.lists.dialects import read_dialect

CORPUS = Path(os.environ.get("CORPUS") or Path(__file__).parents[5] / "shared" / "corpus")
TABLE = Path(__file__).with_name("corpus.txt")


def table() -> Iterator[tuple[str, str]]:
    """Give the name of each file, and what it says; a line has the verdict and then files."""
    for line in TABLE.read_text(encoding="ascii").splitlines():
        if line and not line.startswith("#"):
            kind, *names = line.split()
            yield from ((name, kind) for name in names)


def said_by(path: Path) -> str:
    octets = re.sub(rb"\r?\n", b"\r\n", path.read_bytes())
    # A mailbox's line of its own above the message.
    octets = octets.partition(b"\r\n")[2] if octets.startswith(b"From ") else octets
    mail = a_post(octets, sender="")
    return read_returned(mail, octets[header_size(octets) :][: 256 * 1024], read_dialect).kind


def test_bounces_say_what_the_table_says() -> None:
    files = sorted((CORPUS / "bounces").glob("*.eml"))
    if not files:
        pytest.skip(f"there is no corpus in {CORPUS}: set CORPUS")
    assert {path.stem: said_by(path) for path in files} == dict(table())


def test_the_table_names_each_file_once() -> None:
    names = [name for name, _ in table()]
    assert len(names) == len(set(names)) == 315
