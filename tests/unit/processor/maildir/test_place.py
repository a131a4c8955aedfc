from pathlib import Path

import pytest

from mailcore.content.directories import Directories
from mailcore.errors import Malformed
from processor.maildir.place import place_of

ROOT = Path("/mail")


def test_the_inbox_is_the_mailbox_itself() -> None:
    place = place_of(ROOT, "example.com/ada")
    assert place.folder == place.mailbox == Path("/mail/example.com/ada")
    assert place.new == Path("/mail/example.com/ada/new")


def test_a_folder_lies_in_the_mailbox() -> None:
    place = place_of(ROOT, "example.com/ada", ".Trash")
    assert place.mailbox == Path("/mail/example.com/ada")
    assert place.tmp == Path("/mail/example.com/ada/.Trash/tmp")


@pytest.mark.parametrize("mailbox", ["", ".", "/etc", "../x", "a/../../b", "a\0b"])
def test_a_mailbox_elsewhere_is_refused(mailbox: str) -> None:
    with pytest.raises(Malformed):
        place_of(ROOT, mailbox)


@pytest.mark.parametrize("folder", ["Trash", ".", "..", "../x", ".a/b", ".a\0b"])
def test_a_folder_elsewhere_is_refused(folder: str) -> None:
    with pytest.raises(Malformed):
        place_of(ROOT, "example.com/ada", folder)


def test_a_folder_says_that_it_is_one(tmp_path: Path) -> None:
    directories = Directories(tmp_path / "mail")
    place_of(tmp_path / "mail", "example.com/ada", ".Trash").prepare(directories)
    made = {str(path.relative_to(tmp_path / "mail/example.com/ada")) for path in tmp_path.rglob("ada/**/*")}
    assert made == {".Trash", ".Trash/new", ".Trash/cur", ".Trash/tmp", ".Trash/maildirfolder"}


def test_a_mailbox_that_was_removed_is_made_anew(tmp_path: Path) -> None:
    directories = Directories(tmp_path)
    place = place_of(tmp_path, "example.com/ada")
    for _ in range(2):
        place.prepare(directories)
        for directory in (place.new, place.cur, place.tmp, place.folder):
            directory.rmdir()
    place.prepare(directories)
    assert place.new.is_dir()
