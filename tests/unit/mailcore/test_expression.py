import time

import pytest

from mailcore.expression import MOST_CHARACTERS, MOST_TEXT, compile_expression, wildcard_expression


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("a(b", "at character 2: missing )"),
        ("a[(]b(c", "at character 6: missing )"),
        (r"\Q(\E(", "at character 6: missing )"),
        (r"\((", "at character 3: missing )"),
        ("ab)c", "at character 3: unexpected )"),
        ("飛[脚", "at character 2: missing ] `[脚`"),
        ("a*|*", "at character 4: no argument for repetition operator `*`"),
        (r"a\q", r"at character 2: invalid escape sequence `\q`"),
        ("ba{1001}", "at character 3: invalid repetition size `{1001}`"),
        ("x(?=a)", "at character 2: invalid perl operator `(?=`"),
        ("x[z-a]", "at character 3: invalid character class range `z-a`"),
        ("a\\", "at character 2: trailing \\"),
        ("a\ud800", "at character 2: a lone surrogate is no character"),
        ("x" * (MOST_CHARACTERS + 1), "a regular expression has at most 1000 characters"),
    ],
)
def test_the_mistake_and_its_place(text: str, mistake: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        compile_expression(text)
    assert str(refused.value) == mistake


def test_what_needs_too_much_memory_is_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        compile_expression("(?:飛脚[^a-z]){1000}(?:飛脚[^a-z]){1000}(?:飛脚[^a-z]){1000}" * 5)


def test_found_anywhere_and_case() -> None:
    assert compile_expression("b+").is_found_in("aBBc")
    assert not compile_expression("b+", case_sensitive=True).is_found_in("aBBc")
    assert compile_expression("É飛").is_found_in("xé飛")
    assert compile_expression("^$").is_found_in("")
    assert compile_expression("\ufffd").is_found_in("\ufffd")
    assert not compile_expression("x").is_found_in("\ud800")


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("*@example.com", "a@EXAMPLE.com", True),
        ("*@example.com", "a@example.com.test", False),
        ("a?c", "a飛c", True),
        ("a?c", "ac", False),
        ("*", "", True),
        ("a*z", "a\nz", True),
        ("[a]", "a", False),
        ("[a]", "[a]", True),
    ],
)
def test_wildcards(pattern: str, text: str, *, found: bool) -> None:
    assert wildcard_expression(pattern).is_found_in(text) is found


@pytest.mark.parametrize("text", ["(a+)+$", "(a|aa)+$", "(.*a.{500}b)", "(?i)[^x]{400}飛", "([ab]*a[ab]{400}c)"])
def test_nothing_hangs(text: str) -> None:
    expression = compile_expression(text)
    begun = time.perf_counter()
    expression.is_found_in("ab" * 500_000)
    assert time.perf_counter() - begun < 2


def test_only_the_beginning_of_a_text_is_looked_at() -> None:
    assert compile_expression("b").is_found_in("a" * (MOST_TEXT - 1) + "b")
    assert not compile_expression("b").is_found_in("a" * MOST_TEXT + "b")
