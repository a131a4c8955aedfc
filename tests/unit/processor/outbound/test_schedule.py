from mailcore.settings import DeliverySettings
from processor.outbound.schedule import gives_up_at, is_delay_due, next_attempt

SETTINGS = DeliverySettings(retry_seconds=(300, 600, 3600), lifetime_seconds=432_000, delay_notice_seconds=14_400)


def test_waits_grow_and_the_last_repeats() -> None:
    assert [next_attempt(n, SETTINGS, 1000.0, 0.0) - 1000 for n in (0, 1, 2, 3, 4, 99)] == [
        300,
        300,
        600,
        3600,
        3600,
        3600,
    ]


def test_waits_are_longer_by_up_to_a_tenth_and_never_shorter() -> None:
    assert next_attempt(1, SETTINGS, 0.0, 0.0) == 300
    assert next_attempt(1, SETTINGS, 0.0, 1.0) == 330


def test_the_first_wait_outlasts_five_minutes_of_greylisting() -> None:
    assert next_attempt(1, DeliverySettings(), 0.0, 0.0) >= 300


def test_the_end_and_the_notice() -> None:
    assert gives_up_at(1000.0, SETTINGS) == 433_000
    assert [is_delay_due(0.0, SETTINGS, now) for now in (14_399.0, 14_400.0)] == [False, True]
    assert not is_delay_due(0.0, SETTINGS.model_copy(update={"delay_notice_seconds": 0}), 1e9)
