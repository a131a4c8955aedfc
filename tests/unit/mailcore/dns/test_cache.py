from dataclasses import dataclass

import pytest

from mailcore.dns.cache import MOST_SECONDS, MOST_SECONDS_ABSENT, AnswerCache, Question
from mailcore.dns.interface import Answer, Status


@dataclass
class Clock:
    """A clock that a test sets."""

    now: float = 1000.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


@pytest.mark.parametrize(
    ("status", "ttl", "seconds"),
    [
        ("found", 300, 300),
        ("found", 1, 1),
        ("found", 2**31 - 1, MOST_SECONDS),
        ("no_data", 60, 60),
        ("no_name", 60, 60),
        ("no_name", 2**31 - 1, MOST_SECONDS_ABSENT),
        ("no_data", 2**31 - 1, MOST_SECONDS_ABSENT),
    ],
)
def test_an_answer_is_kept_for_its_time(status: Status, ttl: int, seconds: int) -> None:
    clock = Clock()
    cache = AnswerCache(timer=clock)
    answer = Answer(status, ttl=ttl)
    cache.put(Question("example.org", "MX"), answer)
    clock.now += seconds - 0.5
    assert cache.get(Question("example.org", "MX")) is answer
    clock.now += 0.5
    assert cache.get(Question("example.org", "MX")) is None


def test_what_nobody_could_say_or_must_not_be_kept_is_not() -> None:
    cache = AnswerCache()
    cache.put(Question("a.test", "A"), Answer("no_answer", ttl=300))
    cache.put(Question("b.test", "A"), Answer("found", ("192.0.2.1",), ttl=0))
    assert len(cache) == 0


def test_it_does_not_grow_beyond_its_bound() -> None:
    cache = AnswerCache(most=3)
    for number in range(10):
        cache.put(Question(f"{number}.test", "A"), Answer("found", ttl=300))
        assert cache.get(Question("0.test", "A")) is not None  # what is asked for stays
    assert len(cache) == 3


def test_a_question_has_one_form() -> None:
    assert Question.of("Example.ORG.", "mx") == Question("example.org", "MX")
