from pathlib import Path

import pytest

from mailcore.content.directories import Directories
from processor.maildir.new_mail import NewMail
from processor.maildir.place import Place, place_of

KEY = "ab" * 16


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Give a Maildir."""
    made = place_of(tmp_path, "example.com/ada")
    made.prepare(Directories(tmp_path))
    return made


def deliver(place: Place, *, look_twice: bool = False) -> bool:
    mail = NewMail(place, 1.5, KEY)
    mail.write(b"a\r")
    mail.write(b"\nb\r\n")
    return mail.finish(look_twice=look_twice)


def files(place: Place) -> list[Path]:
    return sorted(path for path in place.mailbox.rglob("*") if path.is_file())


def test_it_appears_in_new_with_its_sizes(place: Place) -> None:
    assert deliver(place)
    (path,) = files(place)
    assert path == place.new / f"1.{KEY}.hikyaku,S=4,W=6"
    assert path.read_bytes() == b"a\nb\n"


def test_a_second_one_is_refused_by_the_file_system(place: Place) -> None:
    assert deliver(place)
    assert not deliver(place)
    assert len(files(place)) == 1


def test_a_rival_that_has_been_moved_meanwhile_wins(place: Place) -> None:
    late = NewMail(place, 1.5, KEY)
    late.write(b"a\r\nb\r\n")
    assert deliver(place)
    (first,) = place.new.iterdir()
    moved = first.rename(place.cur / f"{first.name}:2,S")
    assert not late.finish(look_twice=True)
    assert files(place) == [moved]


def test_without_a_rival_looking_twice_changes_nothing(place: Place) -> None:
    assert deliver(place, look_twice=True)
    assert len(files(place)) == 1


def test_an_aborted_one_leaves_nothing(place: Place) -> None:
    mail = NewMail(place, 1.5, KEY)
    mail.write(b"x")
    mail.abort()
    mail.abort()
    assert files(place) == []
    with pytest.raises(ValueError, match="finished or aborted"):
        mail.write(b"y")
