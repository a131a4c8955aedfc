import stat
from pathlib import Path

from mailcore.content.directories import Directories


def test_directories_are_made_for_us_alone(tmp_path: Path) -> None:
    root = tmp_path / "data" / "root"
    Directories(root).ensure(root / "a" / "b")
    for directory in (root, root / "a", root / "a" / "b"):
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700


def test_what_was_removed_is_made_again(tmp_path: Path) -> None:
    directories = Directories(tmp_path / "root")
    for _ in range(2):
        directories.ensure(tmp_path / "root" / "a")
        (tmp_path / "root" / "a").rmdir()
    directories.ensure(tmp_path / "root" / "a")
    assert (tmp_path / "root" / "a").is_dir()


def test_what_another_process_made_is_taken(tmp_path: Path) -> None:
    (tmp_path / "root" / "a").mkdir(parents=True)
    Directories(tmp_path / "root").ensure(tmp_path / "root" / "a" / "b")
    assert (tmp_path / "root" / "a" / "b").is_dir()
