from pathlib import Path

from processor.maildir.name import file_name
from processor.maildir.search import find_delivery

KEY = "ab" * 16
NAME = file_name(1.0, KEY, 1, 1)


def put(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def test_it_is_found_wherever_it_was_moved(tmp_path: Path) -> None:
    (tmp_path / ".Old" / "cur").mkdir(parents=True)
    places = [
        put(tmp_path / "new" / NAME),
        put(tmp_path / "cur" / f"{NAME}:2,S"),
        put(tmp_path / ".Old" / "cur" / f"{NAME}:2,RS"),
    ]
    assert sorted(find_delivery(tmp_path, KEY)) == sorted(places)


def test_others_are_not_taken_for_it(tmp_path: Path) -> None:
    put(tmp_path / "new" / file_name(1.0, "cd" * 16, 1, 1))
    put(tmp_path / "tmp" / NAME)
    put(tmp_path / "no-folder" / "cur" / NAME)
    assert find_delivery(tmp_path, KEY) == []


def test_a_mailbox_never_used_holds_nothing(tmp_path: Path) -> None:
    assert find_delivery(tmp_path / "nowhere", KEY) == []
