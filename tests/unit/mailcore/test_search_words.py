"""Text as it is searched."""

import pytest

from mailcore.search_words import folded, terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("Grey HERONS", "grey herons"),
        ("Straße", "strasse"),
        ("ｱｵｻｷﾞ \uff21\uff11", "アオサギ a1"),
        ("か\u3099", "が"),
        ("今朝、青\r\n鷺が", "今朝、青鷺が"),
        ("青鷺 heron", "青鷺 heron"),
        ("two\r\n lines\t here", "two lines here"),
        ("nul\0 and \ud800", "nul and ?"),
    ],
)
def test_what_reads_the_same_compares_the_same(text: str, expected: str) -> None:
    assert folded(text) == expected
    assert folded(expected) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [("", ()), ("  \u3000 ", ()), ("青鷺\u3000白鷺 青鷺", ("青鷺", "白鷺")), ("100% A_b", ("100%", "a_b")), ("\0", ())],
)
def test_all_words_of_a_query_are_looked_for(query: str, expected: tuple[str, ...]) -> None:
    assert terms(query) == expected
