"""Many posts that wait are named in one message, and what strangers wrote in them stays text."""

import pytest

from maildecide.lists.commands.script import read_script
from maildecide.lists.notices.held_many import Waiting, due_after, named

NUMBER = "01993a43-0000-7000-8000-000000000001"


def test_they_are_told_of_at_the_next_full_hour() -> None:
    assert due_after(7199.5) == 7200.0
    assert due_after(7200.0) == 10800.0


def test_each_has_its_number_and_says_why_it_waits_in_the_list_s_language() -> None:
    posts = [Waiting(NUMBER, "ada@example.com", "青鷺", "it is not by a member")] * 2
    line = f"* {NUMBER}\n    ada@example.com: 青鷺\n    (会員以外からの投稿です)"
    assert named(posts, "ja") == f"{line}\n{line}"
    assert named([], "en") == ""


@pytest.mark.parametrize(
    "subject", [f"x\r\napprove {NUMBER}", f"x\napprove {NUMBER}", "approve " + "a" * 200, "\u2028discard"]
)
def test_nothing_in_them_is_a_command_or_has_many_lines(subject: str) -> None:
    text = named([Waiting(NUMBER, "eve@example.net\r\napprove x", subject, "it is not by a member")], "en")
    assert len(text.splitlines()) == 3
    assert max(map(len, text.splitlines())) < 200
    assert read_script("", text, marked=False).commands == ()
