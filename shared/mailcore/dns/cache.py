"""Remembers answers for as long as they say, within bounds. Kept by `resolver`."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from cachetools import TLRUCache

from mailcore.dns.interface import Answer

MOST_ENTRIES = 50_000
MOST_SECONDS = 86_400
"""How long an answer is kept at most, whatever it says of itself."""
MOST_SECONDS_ABSENT = 3_600
"""The same of an answer that there is nothing (RFC 2308 5)."""


@dataclass(frozen=True, slots=True)
class Question:
    """What an answer is kept under."""

    name: str
    """Lower case, without the final dot."""
    rdtype: str

    @classmethod
    def of(cls, name: str, rdtype: str) -> "Question":
        """Give the one form of a question that may be written in several."""
        return cls(name.lower().removesuffix("."), rdtype.upper())


class AnswerCache:
    """Answers by question. When it is full, what was not asked for longest goes.

    That nobody could say is not kept: rows 24 and 25, or the servers, may be others a moment later, and the servers
    that are asked keep failures themselves (RFC 9520).
    """

    def __init__(self, *, most: int = MOST_ENTRIES, timer: Callable[[], float] = time.monotonic) -> None:
        self._answers: TLRUCache[Question, Answer] = TLRUCache(most, _end_of, timer)

    def __len__(self) -> int:
        return len(self._answers)

    def get(self, question: Question) -> Answer | None:
        """Give the answer that still holds."""
        return self._answers.get(question)

    def put(self, question: Question, answer: Answer) -> None:
        """Keep an answer."""
        if answer.status != "no_answer" and answer.ttl > 0:
            self._answers[question] = answer


def _end_of(_: Question, answer: Answer, now: float) -> float:
    return now + min(answer.ttl, MOST_SECONDS if answer.status == "found" else MOST_SECONDS_ABSENT)
