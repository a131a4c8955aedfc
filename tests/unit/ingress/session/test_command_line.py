import pytest

from ingress.session import command_line
from mailcore import replies


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        (b"noop\r\n", ("NOOP", "")),
        (b"MAIL FROM:<a> \r\n", ("MAIL", "FROM:<a>")),
        (b"  HELO  x  y\r\n", ("HELO", "x  y")),
        (b"\r\n", ("", "")),
        (b"RCPT \xff\xc3\xa4\r\n", ("RCPT", "\udcff\u00e4")),
    ],
)
def test_split(line: bytes, parts: tuple[str, str]) -> None:
    assert command_line.split(line) == parts


@pytest.mark.parametrize(
    ("verb", "longest"), [("NOOP", 512), ("", 512), ("MAIL", 1381), ("RCPT", 1041), ("AUTH", 12_288)]
)
def test_is_too_long(verb: str, longest: int) -> None:
    assert not command_line.is_too_long(verb, b"x" * longest)
    assert command_line.is_too_long(verb, b"x" * (longest + 1))


def test_an_unrecognized_command_is_shown_printable_and_within_a_reply_line() -> None:
    reply = command_line.unrecognized(b"A\x00\xe4{x} \x7f" + b"b" * 600 + b"\r\n")
    assert reply.text.startswith("Command unrecognized: A??{x} ?bbb")
    assert len(reply.wire()) == 512


def test_what_is_kept_of_an_unrecognized_command_shows_nothing_of_it() -> None:
    kept = command_line.without_echo(command_line.unrecognized(b"aHVudGVyMg==\r\n"))
    assert str(kept) == "500 5.5.2 Command unrecognized: "
    assert command_line.without_echo(replies.COMMAND_TOO_LONG) == replies.COMMAND_TOO_LONG
