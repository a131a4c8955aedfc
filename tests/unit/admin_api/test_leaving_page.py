from typing import Any

import pytest

from admin_api.leaving_page import Text, page
from mailcore.directory.mailing_list import MailingList

MADE = "2026-03-01T09:00:00Z"


def a_list(**fields: Any) -> MailingList:
    given = {"id": 1, "address": "birds@example.com", "name": "birds", "owner": "ada@example.com"}
    return MailingList.model_validate({**given, "created_at": MADE, "updated_at": MADE, **fields})


@pytest.mark.parametrize(
    ("which", "language", "text"),
    [
        ("ask", "en", "<p>ken@example.org gets the posts of the mailing list birds.</p>"),
        ("ask", "ja", "<p>ken@example.org はメーリングリスト birds の会員です。</p>"),
        ("left", "en", "<p>ken@example.org has left the mailing list birds.</p>"),
        ("left", "ja", "<p>ken@example.org はメーリングリスト birds を退会しました。</p>"),
        ("gone", "en", "<p>This address is not on the mailing list birds any more. Who has joined again"),
        ("closed", "en", "Please write to birds-owner@example.com."),
        ("closed", "ja", "birds-owner@example.com までご連絡ください。"),
    ],
)
def test_every_page_in_both_languages(which: Text, language: str, text: str) -> None:
    made = page(which, a_list(language=language), "ken@example.org")
    assert text in made
    assert f'<html lang="{language}">' in made
    assert ("<form" in made) == (which == "ask")


def test_names_cannot_break_the_page() -> None:
    made = page("ask", a_list(display_name='<b>"&$member'), "<script>@example.org")
    assert "&lt;script&gt;@example.org gets the posts of the mailing list &lt;b&gt;&quot;&amp;$member." in made
    assert "<script>" not in made
