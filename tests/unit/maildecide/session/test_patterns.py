import time

import pytest

from maildecide.session.patterns import matches


@pytest.mark.parametrize(
    ("pattern", "text", "is_match"),
    [
        ("abc", "abc", True),
        ("abc", "ABC", True),
        ("ABC", "abc", True),
        ("abc", "abcd", False),
        ("abc", "xabc", False),
        ("a*c", "ac", True),
        ("a*c", "a.b.c", True),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("a[bx]c", "axc", True),
        ("a[bx]c", "aBc", True),
        ("a[b-d]c", "acc", True),
        ("a[!b]c", "abc", False),
        ("a[!b]c", "axc", True),
        ("a[", "a[", True),
        ("a.c", "abc", False),
        ("STRASSE", "straße", True),
        ("a*", "a\nb", True),
    ],
)
def test_a_pattern(pattern: str, text: str, *, is_match: bool) -> None:
    assert matches((pattern,), text) is is_match
    assert matches(("nothing", pattern, "[!"), text) is is_match


def test_no_patterns_match_nothing() -> None:
    assert not matches((), "")


def test_a_hostile_text_costs_little() -> None:
    patterns = tuple("*a" * 20 + f"*{number}" for number in range(100))
    begun = time.perf_counter()
    assert not matches(patterns, "a" * 320)
    assert time.perf_counter() - begun < 1
