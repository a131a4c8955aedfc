import pytest
from tests.builders import a_client, smtp_settings

from maildecide.session.line_ends import mends_line_ends


@pytest.mark.parametrize(
    ("choice", "strangers", "known"),
    [("refuse_strangers", False, True), ("refuse", False, False), ("normalise", True, True)],
)
def test_whose_line_ends_are_mended(choice: str, *, strangers: bool, known: bool) -> None:
    settings = smtp_settings(bare_line_endings=choice)
    assert mends_line_ends(a_client(), settings) == strangers
    assert mends_line_ends(a_client(account="ada@example.com"), settings) == known
    assert mends_line_ends(a_client(is_relay_permitted=True), settings) == known
