import os
from pathlib import Path

from processor.maildir.leftovers import LEFTOVER_AFTER, Leftovers


class Clock:
    """Tells the time it is set to."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


def leave(tmp: Path, name: str, at: float) -> None:
    (tmp / name).touch()
    os.utime(tmp / name, (at, at))


def test_only_what_is_older_than_36_hours_goes(tmp_path: Path) -> None:
    clock = Clock(1_000_000.0)
    leave(tmp_path, "old", clock.now - LEFTOVER_AFTER - 1)
    leave(tmp_path, "young", clock.now - LEFTOVER_AFTER + 1)
    Leftovers(clock).clean(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["young"]


def test_it_looks_again_only_when_there_can_be_new_ones(tmp_path: Path) -> None:
    clock = Clock(1_000_000.0)
    leftovers = Leftovers(clock)
    leftovers.clean(tmp_path)
    leave(tmp_path, "old", 0.0)
    leftovers.clean(tmp_path)
    assert list(tmp_path.iterdir())
    clock.now += LEFTOVER_AFTER
    leftovers.clean(tmp_path)
    assert not list(tmp_path.iterdir())
