import pytest
from tests.builders import an_account

from maildecide.cancel_list import refuses


@pytest.mark.parametrize(
    ("pattern", "sender", "wanted"),
    [
        ("bob@example.net", "bob@example.net", True),
        ("BOB@example.net", "bob@EXAMPLE.net", True),
        ("bob@example.net", "bobby@example.net", False),
        ("*@example.net", "a.b@example.net", True),
        ("*@example.net", "a@sub.example.net", False),
        ("b?b@*", "bob@example.net", True),
        ("b?b@*", "bb@example.net", False),
        ("[a-c]ob@*", "bob@example.net", True),
        ("[!a-c]ob@*", "bob@example.net", False),
        ("[bob@example.net", "[bob@example.net", True),
        ("büro@*", "BÜRO@example.net", True),
        ("*", "bob@example.net", True),
        ("*", "", False),
        ("<>", "", True),
        ("<>", "bob@example.net", False),
        ("a.b@example.net", "axb@example.net", False),
    ],
)
def test_patterns(pattern: str, sender: str, *, wanted: bool) -> None:
    assert refuses(an_account(cancel_list=("nobody@example.org", pattern)), sender) is wanted


def test_without_patterns_nobody_is_refused() -> None:
    assert not refuses(an_account(), "bob@example.net")
    assert not refuses(an_account(), "")


def test_no_pattern_takes_for_ever() -> None:
    assert not refuses(an_account(cancel_list=("*a" * 100 + "b",)), "a" * 300)
