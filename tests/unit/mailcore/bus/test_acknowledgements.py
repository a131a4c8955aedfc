from hypothesis import given
from hypothesis import strategies as st

from mailcore.bus.acknowledgements import Acknowledgements


def take_after(acknowledgements: Acknowledgements, *tags: int) -> list[tuple[int, bool]]:
    for tag in tags:
        acknowledgements.add(tag)
    return acknowledgements.take()


def test_contiguous_ones_take_one_frame() -> None:
    assert take_after(Acknowledgements(), 1, 2, 3) == [(3, True)]


def test_the_order_of_ends_does_not_matter() -> None:
    assert take_after(Acknowledgements(), 3, 1, 2) == [(3, True)]


def test_none_is_kept_back_behind_a_slow_one() -> None:
    acknowledgements = Acknowledgements()
    assert take_after(acknowledgements, 2, 4) == [(2, False), (4, False)]
    assert take_after(acknowledgements, 1) == [(1, True)]
    assert take_after(acknowledgements, 3, 5) == [(5, True)]


def test_nothing_done_is_nothing_to_send() -> None:
    assert Acknowledgements().take() == []


class Broker:
    """Accepts acknowledgements as RabbitMQ does: a tag it does not know any more closes the channel."""

    def __init__(self, deliveries: int) -> None:
        self.unacknowledged = set(range(1, deliveries + 1))

    def acknowledge(self, tag: int, *, multiple: bool) -> None:
        """Take one `basic.ack`."""
        assert tag in self.unacknowledged, "unknown delivery tag"
        self.unacknowledged -= {known for known in self.unacknowledged if known == tag or (multiple and known < tag)}


@given(st.permutations(range(1, 31)), st.lists(st.integers(min_value=1, max_value=7), max_size=30))
def test_every_order_ends_with_nothing_left(order: list[int], steps: list[int]) -> None:
    broker, acknowledgements, done = Broker(len(order)), Acknowledgements(), set[int]()
    position = 0
    for step in [*steps, len(order)]:
        for tag in order[position : position + step]:
            acknowledgements.add(tag)
            done.add(tag)
        position += step
        for tag, multiple in acknowledgements.take():
            broker.acknowledge(tag, multiple=multiple)
        assert broker.unacknowledged == set(range(1, len(order) + 1)) - done
