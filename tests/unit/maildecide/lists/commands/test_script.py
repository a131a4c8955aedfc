"""Which commands a message holds, whatever programs have put around them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maildecide.lists.commands.script import MOST_COMMANDS, MOST_UNKNOWN, read_script
from maildecide.lists.commands.vocabulary import Command

TOKEN = "abcdefghij234567abcdefghij234567"


def wide(text: str) -> str:
    """Give letters as wide as Japanese ones."""
    return "".join(chr(ord(letter) - ord("!") + ord("\N{FULLWIDTH EXCLAMATION MARK}")) for letter in text)


def commands(subject: str, text: str, *, marked: bool = False) -> list[str]:
    """Give the commands as lines, `?` for what is none."""
    script = read_script(subject, text, marked=marked)
    return [" ".join((line.command.verb, *line.command.arguments)) if line.command else "?" for line in script.lines]


@pytest.mark.parametrize(
    ("subject", "text", "expected"),
    [
        ("", "help", ["help"]),
        ("", "SUBSCRIBE Ada Lovelace\r\noff\r\n", ["subscribe Ada Lovelace", "off"]),
        ("", "# subscribe\n", ["subscribe"]),
        ("", "退会", ["unsubscribe"]),
        ("", wide("help"), ["help"]),
        ("", "登録 山田 花子", ["subscribe 山田 花子"]),
        ("my commands", "help", ["help"]),
        ("subscribe", "", ["subscribe"]),
        ("Re: subscribe", "subscribe\r\n", ["subscribe"]),
        ("subscribe", "Dear list,\r\nhelp\r\n", ["subscribe"]),
        ("subscribe", "off\r\nThank you\r\nhelp", ["subscribe", "off"]),
        (f"Re: [birds] confirm {TOKEN}", "Yes, please.\r\n> unsubscribe\r\n", [f"confirm {TOKEN}"]),
        (f"AW: [birds] You are invited - confirm {TOKEN.upper()}", "", [f"confirm {TOKEN.upper()}"]),
        ("", "> help\r\n| help\r\n" + wide(">") + " help\r\nsummary", ["summary"]),
        ("", "help\r\n-- \r\noff\r\n", ["help"]),
        ("", "help\r\nend\r\noff\r\n", ["help"]),
        ("", "help\r\n-----Original Message-----\r\noff\r\n", ["help"]),
        ("", "help\r\nFrom: olga@example.com\r\noff\r\n", ["help"]),
        ("", "help\r\nOlga has written:\r\n> off\r\noff\r\n", ["help", "off"]),
        ("", "off\r\nOn Tue, Nov 24, 2026 at 1:00 PM Olga wrote:\r\n> help\r\n", ["off"]),
        ("", "off\r\nOn Tue, Nov 24, 2026 at 1:00 PM Olga <olga@example.com>\r\nwrote:\r\n> help\r\n", ["off"]),
        ("", "\u3000登録\u3000山田\u3000花子", ["subscribe 山田 花子"]),
        ("", "Stop sending me these\r\nhelp", ["?", "help"]),
        ("", "Get me the number of the post that said so, will you please", ["?"]),
        ("", f"reject {TOKEN} it is a long story, which I tell you in a great many words:", None),
        ("", "add a@example.net b@example.net", ["add a@example.net b@example.net"]),
        ("", "", []),
        ("", "\r\n \r\n", []),
    ],
)
def test_people_write_commands_and_programs_write_the_rest(subject: str, text: str, expected: list[str] | None) -> None:
    assert commands(subject, text) == ([text] if expected is None else expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# help\r\nThank you\r\n# off\r\nhelp\r\n", ["help", "off"]),
        (wide("#") + " help", ["help"]),
        ("unsubscribe\r\n", []),
        ("# help\r\n# nothing\r\n", ["help", "?"]),
    ],
)
def test_where_posts_come_as_well_only_marked_lines_count(text: str, expected: list[str]) -> None:
    assert commands("unsubscribe", text, marked=True) == expected


def test_a_command_that_is_repeated_is_done_once() -> None:
    assert commands("off", "off\r\n# OFF\r\non") == ["off", "on"]


def test_a_few_lines_that_are_no_commands_end_it() -> None:
    script = read_script("", "hello\r\nI would like\r\nto know more\r\nhelp\r\n", marked=False)
    assert (len(script.lines), script.commands, script.ended) == (MOST_UNKNOWN, (), "unknown")


def test_there_is_an_end_to_how_much_one_message_asks_for() -> None:
    script = read_script("", "".join(f"get {n}\r\n" for n in range(MOST_COMMANDS + 1)), marked=False)
    assert (len(script.commands), script.ended) == (MOST_COMMANDS, "many")
    assert read_script("", "\r\n".join(["> no"] * 100_000), marked=False).lines == ()


def test_passwords_are_read_as_they_are_written_and_never_shown() -> None:
    (line,) = read_script("", f"# password  Two {wide('words')} ", marked=False).lines
    assert (line.rest, line.shown) == (f"Two {wide('words')}", "password ********")
    assert line.command == Command("password", ("Two", "words"))


@pytest.mark.parametrize("before", ["", " ", "\u3000", "#", "\uff03\u3000", "# \u3000"])
@pytest.mark.parametrize("between", [" ", "\u3000", " \u3000", "\xa0"])
def test_passwords_may_stand_behind_any_blank(before: str, between: str) -> None:
    (line,) = read_script("", f"{before}password{between}two words", marked=False).lines
    assert (line.rest, line.shown) == ("two words", "password ********")


def test_long_lines_are_shown_in_short() -> None:
    (line,) = read_script("", "x" * 10_000, marked=False).lines
    assert len(line.shown) == 101


@given(st.text(), st.text(), st.booleans())
def test_whatever_is_written_can_be_read(subject: str, text: str, marked: bool) -> None:
    script = read_script(subject, text, marked=marked)
    assert len(script.commands) <= MOST_COMMANDS
    for line in script.lines:
        assert "\n" not in line.shown
        assert "\r" not in line.shown
