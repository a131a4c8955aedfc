from ingress.session.pace import Pace


def test_a_client_is_judged_after_a_minute_of_waiting() -> None:
    pace = Pace(100)
    pace.came(1, 60.0)
    assert not pace.is_too_slow
    pace.came(1, 0.1)
    assert pace.is_too_slow


def test_a_client_that_is_fast_enough_goes_on() -> None:
    pace = Pace(100)
    pace.came(10_001, 100.0)
    assert not pace.is_too_slow


def test_any_pace_will_do_when_none_is_asked_for() -> None:
    pace = Pace(0)
    pace.came(1, 1e6)
    assert not pace.is_too_slow
