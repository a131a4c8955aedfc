"""No step is given less time than RFC 5321 4.5.3.2 asks for."""

import pytest

from processor.outbound.client.timeouts import Timeouts

MINUTE = 60


@pytest.mark.parametrize(
    ("step", "minutes"),
    [("greeting", 5), ("mail", 5), ("rcpt", 5), ("data", 2), ("block", 3), ("final", 10)],
)
def test_the_minima(step: str, minutes: int) -> None:
    assert getattr(Timeouts(), step) >= minutes * MINUTE


def test_an_attempt_has_a_quarter_of_an_hour_up_to_the_end_of_the_message() -> None:
    assert Timeouts().attempt == 15 * MINUTE
