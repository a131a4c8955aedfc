from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import an_account

from mailcore.directory.usage import Usage
from processor.maildir import size_file

LIMITS = b"1000S,5C\n"


@pytest.fixture
def mailbox(tmp_path: Path) -> Path:
    (tmp_path / "tmp").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("octets", "messages", "line"),
    [(1000, 5, b"1000S,5C\n"), (1000, None, b"1000S\n"), (None, 5, b"5C\n")],
)
def test_the_first_line_is_as_dovecot_writes_it(octets: int | None, messages: int | None, line: bytes) -> None:
    assert size_file.first_line(an_account(quota_bytes=octets, quota_messages=messages)) == line


def test_what_is_written_and_appended_is_read(mailbox: Path) -> None:
    size_file.write(mailbox, LIMITS, Usage(100, 2))
    size_file.append(mailbox, 50, 1)
    size_file.append(mailbox, -30, -1)
    assert (mailbox / "maildirsize").read_bytes() == b"1000S,5C\n100 2\n50 1\n-30 -1\n"
    recorded = size_file.read(mailbox, LIMITS)
    assert recorded is not None
    assert (recorded.usage, recorded.changes) == (Usage(120, 2), 2)
    assert recorded.written_at == (mailbox / "maildirsize").stat().st_mtime
    assert list((mailbox / "tmp").iterdir()) == []
    assert (mailbox / "maildirsize").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("octets", "usage"),
    [
        (b"1000S,5C\n0 0\n", Usage(0, 0)),
        (b"1000S,5C\n 100   2 \n", Usage(100, 2)),
        (b"1000S,5C\n100 2\n50", Usage(100, 2)),
        (b"1000S,5C\n", None),
        (b"", None),
        (b"1000S,5C", None),
        (b"1000S\n100 2\n", None),
        (b"5C,1000S\n100 2\n", None),
        (b"1000S,5C\n100\n", None),
        (b"1000S,5C\n100 2 3\n", None),
        (b"1000S,5C\nx y\n", None),
        (b"1000S,5C\n100 2\n\n", None),
        (b"1000S,5C\n100 2\n-200 -1\n", None),
        (b"1000S,5C\n100 2\n0 -3\n", None),
        (b"1000S,5C\n100 2\n\x00\x00\n", None),
    ],
)
def test_what_cannot_be_right_is_nothing(mailbox: Path, octets: bytes, usage: Usage | None) -> None:
    (mailbox / "maildirsize").write_bytes(octets)
    recorded = size_file.read(mailbox, LIMITS)
    assert (recorded and recorded.usage) == usage


def test_a_long_file_is_made_anew(mailbox: Path) -> None:
    size_file.write(mailbox, LIMITS, Usage(0, 0))
    line = b"1 1\n"
    room = size_file.MOST_OCTETS - (mailbox / "maildirsize").stat().st_size
    with (mailbox / "maildirsize").open("ab") as file:
        file.write(line * (room // len(line)))
    assert size_file.read(mailbox, LIMITS) is not None or room % len(line) == 0
    size_file.append(mailbox, 1, 1)
    assert size_file.read(mailbox, LIMITS) is None


def test_where_there_is_none_nothing_is_kept(mailbox: Path) -> None:
    size_file.append(mailbox, 1, 1)
    size_file.remove(mailbox)
    assert size_file.read(mailbox, LIMITS) is None
    assert not (mailbox / "maildirsize").exists()
    size_file.write(mailbox, LIMITS, Usage(0, 0))
    size_file.remove(mailbox)
    assert not (mailbox / "maildirsize").exists()


def test_what_cannot_be_put_in_place_leaves_nothing_behind(mailbox: Path) -> None:
    (mailbox / "maildirsize").mkdir()
    with pytest.raises(OSError, match="maildirsize"):
        size_file.write(mailbox, LIMITS, Usage(0, 0))
    assert list((mailbox / "tmp").iterdir()) == []


@given(st.binary(max_size=200))
def test_whatever_stands_in_it_is_read_or_made_anew(tmp_path_factory: pytest.TempPathFactory, octets: bytes) -> None:
    mailbox = tmp_path_factory.getbasetemp()
    (mailbox / "maildirsize").write_bytes(LIMITS + octets)
    recorded = size_file.read(mailbox, LIMITS)
    assert recorded is None or (recorded.usage.octets >= 0 and recorded.usage.messages >= 0)
