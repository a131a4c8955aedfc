import pytest

from mailcore.bus.sizes import Sizes


def test_nothing_seen_counts_as_singles() -> None:
    assert Sizes().mean("queue") == 1


def test_the_first_one_sets_the_mean_and_others_move_it() -> None:
    sizes = Sizes()
    sizes.seen("queue", 10)
    assert sizes.mean("queue") == 10
    for _ in range(200):
        sizes.seen("queue", 2)
    assert sizes.mean("queue") == pytest.approx(2, abs=0.1)
    assert sizes.mean("other") == 1
