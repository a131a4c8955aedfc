from mailcore.bus.pulse import Pulse


def test_it_is_missed_when_nobody_felt_it_for_too_long_and_only_once() -> None:
    now = 100.0
    pulse = Pulse(lambda: now)
    now += 5.0
    assert not pulse.missed(5.0)
    now += 5.1
    assert pulse.missed(5.0)
    assert not pulse.missed(5.0)
