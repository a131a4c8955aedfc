from pathlib import Path

import pytest

from mailcore.directory.usage import Usage
from processor.maildir import size_file, tally

LIMITS = b"1000S\n"


@pytest.fixture
def mailbox(tmp_path: Path) -> Path:
    for folder in ("", ".Sent", ".Sent.2026"):
        for name in ("new", "cur", "tmp"):
            (tmp_path / folder / name).mkdir(parents=True)
    return tmp_path


def put(path: Path, octets: int) -> None:
    path.write_bytes(b"x" * octets)


def test_everything_in_every_folder_counts(mailbox: Path) -> None:
    put(mailbox / "new/1.a.hikyaku,S=100,W=110", 1)
    put(mailbox / "cur/1.b.hikyaku,S=20,W=22:2,S", 1)
    put(mailbox / "cur/1.c.hikyaku,S=3:2,ST", 1)
    put(mailbox / ".Sent/cur/1.d.client,W=9:2,S", 7)
    put(mailbox / ".Sent.2026/new/1.e.client,S=x", 5)
    put(mailbox / "new/1.f.client,S=6", 1)
    assert tally.count(mailbox) == Usage(100 + 20 + 3 + 7 + 5 + 6, 6)


def test_what_is_no_message_does_not_count(mailbox: Path) -> None:
    put(mailbox / "tmp/1.a.hikyaku,S=100", 1)
    put(mailbox / "new/.hidden,S=100", 1)
    put(mailbox / "dovecot-uidlist", 100)
    (mailbox / ".no-folder").mkdir()
    assert tally.count(mailbox) == Usage(0, 0)
    assert tally.count(mailbox / "nowhere") == Usage(0, 0)


def test_what_was_counted_is_written_down(mailbox: Path) -> None:
    put(mailbox / "new/1.a.hikyaku,S=100,W=110", 1)
    (mailbox / "maildirsize").write_bytes(b"5C\n7 7\n7 7\n")
    assert tally.recount(mailbox, LIMITS) == Usage(100, 1)
    assert (mailbox / "maildirsize").read_bytes() == b"1000S\n100 1\n"
    recorded = size_file.read(mailbox, LIMITS)
    assert recorded is not None
    assert (recorded.usage, recorded.changes) == (Usage(100, 1), 0)
