import pytest

from ingress.child import next_delay


@pytest.mark.parametrize(
    ("delay", "lived", "wanted"),
    [
        (0.0, 0.1, 0.5),
        (0.5, 0.1, 1.0),
        (1.0, 59.9, 2.0),
        (16.0, 1.0, 30.0),
        (30.0, 1.0, 30.0),
        (30.0, 60.0, 0.5),
    ],
)
def test_the_wait_doubles_until_a_worker_has_lived_long(delay: float, lived: float, wanted: float) -> None:
    assert next_delay(delay, lived) == wanted
