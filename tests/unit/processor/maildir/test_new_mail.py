from collections.abc import Callable
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
    return mail.finish(look_twice=lambda: look_twice)


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
    assert not late.finish(look_twice=lambda: True)
    assert files(place) == [moved]


class Meanwhile:
    """Asked before the link and after it: says no, then yes, and something happens each time."""

    def __init__(self, before: Callable[[], object], after: Callable[[], object]) -> None:
        self._happenings = iter([(before, False), (after, True)])

    def __call__(self) -> bool:
        """Let it happen, and answer."""
        happens, answer = next(self._happenings)
        happens()
        return answer


def nothing() -> None:
    """Happens most of the time."""


def read_all(place: Place) -> None:
    for path in place.new.iterdir():
        path.rename(place.cur / f"{path.name}:2,S{len(list(place.cur.iterdir())) * 'T'}")


def test_a_rival_that_came_and_was_read_before_the_link_wins(place: Place) -> None:
    late = NewMail(place, 1.5, KEY)
    late.write(b"a\r\nb\r\n")

    def rival() -> None:
        assert deliver(place)
        read_all(place)

    assert not late.finish(look_twice=Meanwhile(rival, nothing))
    (left,) = files(place)
    assert left.name.endswith(":2,S")


def test_one_of_two_that_were_both_read_stays(place: Place) -> None:
    late = NewMail(place, 1.5, KEY)
    late.write(b"a\r\nb\r\n")
    assert deliver(place)
    read_all(place)
    (first,) = place.cur.iterdir()
    is_new = late.finish(look_twice=Meanwhile(nothing, lambda: read_all(place)))
    (left,) = files(place)
    assert is_new is (left != first)


def test_its_user_may_remove_it_at_once(place: Place) -> None:
    mail = NewMail(place, 1.5, KEY)

    def remove_all() -> None:
        for path in place.new.iterdir():
            path.unlink()

    assert mail.finish(look_twice=Meanwhile(nothing, remove_all))
    assert files(place) == []


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
