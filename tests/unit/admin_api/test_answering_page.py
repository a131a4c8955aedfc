"""The pages on which people answer, in both languages."""

from typing import get_args

import pytest
from tests.list_builders import a_list

from admin_api.answering_page import asking, telling
from mailcore.directory.mailing_list import Language
from mailcore.list_deeds import FOR_OFFICERS, Token, TokenDetail, TokenKind
from maildecide.lists.commands.judgement import Say


def a_token(kind: TokenKind, address: str = "ken@example.org", new: str = "") -> Token:
    return Token("d", 7, kind, address, TokenDetail(new=new), 0.0, 1.0)


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("kind", get_args(TokenKind))
def test_every_question_names_the_list_and_has_its_answers(kind: TokenKind, language: Language) -> None:
    page = asking(a_list(language=language), a_token(kind))
    assert "birds" in page
    assert f'<html lang="{language}">' in page
    assert page.count("<button") == (3 if kind in FOR_OFFICERS else 2)


def test_what_was_done_is_said() -> None:
    page = telling(a_list(), [Say("joined", {"address": "ken@example.org"})])
    assert "<p>ken@example.org is a member of birds now.</p>" in page
    assert "<form" not in page


def test_names_cannot_break_the_page() -> None:
    page = asking(
        a_list(display_name='<b>"&$list{address}'), a_token("old_address", "<i>@example.org", "<u>@example.org")
    )
    assert "<p>Should &lt;u&gt;@example.org take the place of &lt;i&gt;@example.org on" in page
    assert "&lt;b&gt;&quot;&amp;$list{address}" in page
