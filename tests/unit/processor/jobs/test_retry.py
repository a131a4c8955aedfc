import pytest

from processor.jobs.retry import delay_after


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(0, 60), (1, 120), (2, 240), (5, 1920), (6, 3600), (7, 3600), (10**6, 3600)]
)
def test_waits_grow_up_to_an_hour_and_never_end(attempts: int, seconds: float) -> None:
    assert delay_after(attempts) == seconds
