from processor.backlog import Quiet


def after(*looks: tuple[float, int | None]) -> float | None:
    quiet = Quiet()
    for at, waiting in looks:
        quiet.saw(waiting, at)
    return quiet.since


def test_quiet_begins_with_the_first_empty_look() -> None:
    assert after() is None
    assert after((0, 0), (5, 0), (10, 0)) == 0
    assert after((0, 3), (5, 0), (10, 0)) == 5


def test_a_message_or_a_look_that_failed_ends_it() -> None:
    assert after((0, 0), (5, 1)) is None
    assert after((0, 0), (5, None)) is None
    assert after((0, 0), (5, 1), (10, 0)) == 10


def test_nothing_is_known_of_times_without_a_look() -> None:
    assert after((0, 0), (61, 0)) == 61
    assert after((100, 0), (50, 0)) == 50
