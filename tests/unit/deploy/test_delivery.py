import os
from pathlib import Path

from deploy.prepare.delivery import deliver, own

US = os.getuid()


def test_a_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    deliver(tmp_path, {"password": b"secret"}, owner=US)
    status = (tmp_path / "password").stat()
    assert (status.st_mode & 0o777, status.st_uid) == (0o400, US)
    assert (tmp_path / "password").read_bytes() == b"secret"


def test_its_directory_can_be_looked_into(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    deliver(tmp_path, {}, owner=US)
    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_a_second_start_replaces_it_and_leaves_nothing_beside(tmp_path: Path) -> None:
    deliver(tmp_path, {"password": b"first"}, owner=US)
    (tmp_path / ".password").write_bytes(b"of a start that was broken off")
    deliver(tmp_path, {"password": b"second"}, owner=US)
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("password", b"second")]


def test_a_directory_of_ours_stays_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    own(tmp_path, owner=US)
    assert tmp_path.stat().st_mode & 0o777 == 0o750
