import time
from pathlib import Path

import pytest
from tests.builders import an_account

from mailcore.directory.account import Account
from mailcore.directory.usage import Usage
from processor.mailbox_errors import MailboxFull
from processor.mailbox_quota import STALE_AFTER, MailboxQuota

LIMITED = an_account(quota_bytes=1000, quota_messages=5)


@pytest.fixture
def mailbox(tmp_path: Path) -> Path:
    (tmp_path / "new").mkdir()
    return tmp_path


def message(mailbox: Path, octets: int, name: str = "a") -> Path:
    path = mailbox / f"new/1.{name}.hikyaku,S={octets},W={octets}"
    path.touch()
    return path


def admitted(mailbox: Path, size: int, account: Account = LIMITED, *, later: float = 0.0) -> MailboxQuota:
    quota = MailboxQuota(mailbox, account)
    quota.admit(size, time.time() + later)
    return quota


def recorded(mailbox: Path) -> bytes:
    return (mailbox / "maildirsize").read_bytes()


def test_the_first_look_counts(mailbox: Path) -> None:
    message(mailbox, 600)
    quota = admitted(mailbox, 400)
    assert quota.usage == Usage(600, 1)
    quota.add(450)
    assert quota.usage == Usage(1050, 2)
    assert recorded(mailbox) == b"1000S,5C\n600 1\n450 1\n"


@pytest.mark.parametrize(("size", "fits"), [(400, True), (401, False)])
def test_the_message_that_would_pass_the_limit_is_refused(mailbox: Path, size: int, *, fits: bool) -> None:
    message(mailbox, 600)
    if fits:
        admitted(mailbox, size)
    else:
        with pytest.raises(MailboxFull, match="600 octets in 1 messages"):
            admitted(mailbox, size)


def test_the_message_too_many_is_refused(mailbox: Path) -> None:
    for name in "abcd":
        message(mailbox, 1, name)
    admitted(mailbox, 1)
    message(mailbox, 1, "e")
    (mailbox / "maildirsize").unlink()
    with pytest.raises(MailboxFull):
        admitted(mailbox, 1)


def test_while_there_is_room_the_file_is_believed(mailbox: Path) -> None:
    (mailbox / "maildirsize").write_bytes(b"1000S,5C\n100 1\n50 1\n")
    assert admitted(mailbox, 850).usage == Usage(150, 2)


def test_nobody_is_refused_for_what_was_only_reckoned(mailbox: Path) -> None:
    (mailbox / "maildirsize").write_bytes(b"1000S,5C\n100 1\n900 1\n")
    message(mailbox, 100)
    assert admitted(mailbox, 850).usage == Usage(100, 1)
    assert recorded(mailbox) == b"1000S,5C\n100 1\n"


def test_nobody_is_refused_for_what_was_counted_long_ago(mailbox: Path) -> None:
    (mailbox / "maildirsize").write_bytes(b"1000S,5C\n1000 1\n")
    with pytest.raises(MailboxFull):
        admitted(mailbox, 1)
    assert admitted(mailbox, 1, later=STALE_AFTER + 1).usage == Usage(0, 0)


def test_other_limits_make_another_file(mailbox: Path) -> None:
    (mailbox / "maildirsize").write_bytes(b"10S\n9 1\n")
    assert admitted(mailbox, 1).usage == Usage(0, 0)
    assert recorded(mailbox) == b"1000S,5C\n0 0\n"


def test_without_a_quota_there_is_no_file(mailbox: Path) -> None:
    (mailbox / "maildirsize").write_bytes(b"1000S,5C\n1000 1\n")
    quota = admitted(mailbox, 10**9, an_account())
    quota.add(10)
    assert quota.usage is None
    assert [path.name for path in mailbox.iterdir()] == ["new"]
