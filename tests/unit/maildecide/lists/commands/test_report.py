"""What is answered, in both languages."""

import re

import pytest
from tests.list_builders import a_list

from mailcore.directory.mailing_list import Language
from mailcore.list_deeds import Tell
from maildecide.lists.commands.judgement import Say
from maildecide.lists.commands.phrases import NAMES, PHRASES
from maildecide.lists.commands.report import Reported, answers
from maildecide.lists.commands.script import read_script

ADA = "ada@example.net"


def told(text: str, *said: Say, language: Language = "en") -> tuple[Tell, ...]:
    script = read_script("", text, marked=False)
    reported = [Reported(line, (say,)) for line, say in zip(script.lines, said, strict=True)]
    return answers(a_list(language=language), ADA, script, reported, "<1@example.net>")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            "> subscribe\nada@example.net is a member of birds now.\n\n> nothing\nThis is no command.",
        ),
        (
            "ja",
            "> subscribe\nada@example.net を birds に登録しました。\n\n> nothing\nこの行はコマンドではありません。",
        ),
    ],
)
def test_each_line_is_answered_below_itself(language: Language, text: str) -> None:
    joined = Say("joined", {"address": ADA})
    assert told("subscribe\nnothing", joined, Say("no_command"), language=language) == (
        Tell("answer", (ADA,), {"text": text}, "<1@example.net>"),
    )


def test_help_is_a_message_of_its_own() -> None:
    helped = Tell("help", (ADA,), {}, "<1@example.net>")
    assert told("help", Say("help_sent")) == (helped,)
    assert told("") == (helped,)
    both = told("help\non", Say("help_sent"), Say("delivery_on", {"address": ADA}))
    assert [one.template for one in both] == ["answer", "help"]


def test_the_end_is_said() -> None:
    no = Say("no_command")
    (answer,) = told("one\ntwo\nthree\nfour", no, no, no)
    assert answer.values["text"].endswith(PHRASES["en"]["ended_unknown"])


def test_what_people_write_is_never_read_as_words_of_ours() -> None:
    (answer,) = told("add {list}", Say("bad_address", {"address": "{list}"}))
    assert answer.values["text"] == "> add {list}\nThis is no mail address: {list}"


def test_both_languages_say_the_same_things() -> None:
    assert set(PHRASES["en"]) == set(PHRASES["ja"]) == set(NAMES)
    for name in NAMES:
        assert _values(PHRASES["en"][name]) == _values(PHRASES["ja"][name]), name


def _values(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))
