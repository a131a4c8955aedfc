from typing import get_args

import pytest
from tests.list_builders import a_list

from mailcore.directory.list_template import ListWords, TemplateName, named_in, problems_of
from mailcore.directory.mailing_list import Language
from maildecide.lists.commands.vocabulary import command_of
from maildecide.lists.notices.samples import sample_values
from maildecide.lists.notices.template import Template, filled
from maildecide.lists.notices.words import USUAL, in_force

LANGUAGES = get_args(Language)
NAMES = get_args(TemplateName)
EVERY = [(language, name) for language in LANGUAGES for name in NAMES]


def test_every_message_has_words_in_every_language() -> None:
    assert set(USUAL) == set(LANGUAGES)
    assert all(set(USUAL[language]) == set(NAMES) for language in LANGUAGES)


@pytest.mark.parametrize(("language", "name"), EVERY)
def test_the_usual_words_are_such_as_an_operator_may_write(language: Language, name: TemplateName) -> None:
    usual = USUAL[language][name]
    assert list(problems_of(name, ListWords(subject=usual.subject, body=usual.body))) == []


@pytest.mark.parametrize(("language", "name"), EVERY)
def test_nothing_is_left_to_be_put_in(language: Language, name: TemplateName) -> None:
    words = filled(
        USUAL[language][name], sample_values(a_list(language=language, description="Birds of the lake"), name)
    )
    assert named_in(words.subject + words.body) == frozenset()
    assert "Birds of the lake" in words.body
    assert max(map(len, words.body.splitlines())) <= 120


@pytest.mark.parametrize("name", NAMES)
def test_languages_name_the_same_things(name: TemplateName) -> None:
    english, japanese = (named_in(USUAL[language][name].subject + USUAL[language][name].body) for language in LANGUAGES)
    assert english == japanese


@pytest.mark.parametrize(("language", "name"), EVERY)
def test_no_line_is_a_command_where_an_answer_quotes_it_without_a_mark(language: Language, name: TemplateName) -> None:
    words = filled(USUAL[language][name], sample_values(a_list(language=language), name))
    assert [line for line in words.body.splitlines() if line != "-- " and command_of(line) is not None] == []


def test_what_a_list_says_wins_over_what_is_usual() -> None:
    own = in_force("welcome", "ja", ListWords(subject="おいで {list}", body="{member}"))
    assert (own.subject, own.body, own.is_changed) == ("おいで {list}", "{member}", True)
    usual = in_force("welcome", "ja", None)
    assert (Template(usual.subject, usual.body), usual.is_changed) == (USUAL["ja"]["welcome"], False)
    assert "member" in usual.placeholders
    assert "token" not in usual.placeholders
