import re

import pytest

from mailcore.dsn.reasons import ENGLISH, JAPANESE, reason_of


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("5.1.1", "There is no such mailbox"),
        ("4.2.2", "The mailbox is full"),
        ("5.2.2", "The mailbox is full"),
        ("5.1.10", "The domain of the address takes no mail"),
        ("5.1.999", "There is something wrong with the address"),
        ("5.7.1", "It is not allowed there"),
        ("5.0.0", ""),
        ("5.9.9", ""),
        ("", ""),
    ],
)
def test_what_a_status_means(status: str, reason: str) -> None:
    assert reason_of(status, ENGLISH) == reason


def test_each_language_knows_the_same() -> None:
    assert ENGLISH.keys() == JAPANESE.keys()
    assert len(set(JAPANESE.values())) == len(JAPANESE)
    assert all(re.search("[\u3040-\u30ff]", text) for text in JAPANESE.values())
    assert {key.partition(".")[0] for key in ENGLISH} == set("1234567")
