"""Which answers mean never, not now, or taken."""

import pytest

from mailcore.replies import Reply
from processor.outbound.client.answer import Answer, Stage
from processor.outbound.verdict import is_of_the_server, is_too_many, status_of, verdict

REPLIES: list[tuple[Stage, str, str, bool]] = [
    # stage, reply, verdict, whether it is of the server
    ("greeting", "554 No service", "later", True),
    ("greeting", "421 4.7.0 Busy", "later", True),
    ("greeting", "521 5.3.2 Takes no mail", "failed", True),
    ("hello", "550 5.7.1 Bad name", "later", True),
    ("tls", "454 4.7.0 Not now", "later", True),
    ("auth", "535 5.7.8 Wrong", "later", True),
    ("mail", "450 4.7.1 Greylisted", "later", False),
    ("mail", "550 5.7.1 Not you", "failed", False),
    ("mail", "421 4.7.0 Too fast", "later", True),
    ("rcpt", "550 5.1.1 Nobody", "failed", False),
    ("rcpt", "550 Nobody", "failed", False),
    ("rcpt", "550 4.2.2 Full for now", "later", False),
    ("rcpt", "451 4.7.1 Greylisted", "later", False),
    ("rcpt", "450 5.1.1 Contradiction", "later", False),
    ("rcpt", "452 4.5.3 Too many", "later", False),
    ("rcpt", "552 Too many recipients", "later", False),
    ("rcpt", "552 5.2.2 Mailbox full", "failed", False),
    ("rcpt", "556 5.1.10 Null MX", "failed", False),
    ("data", "554 5.5.1 No", "failed", False),
    ("data", "250 What", "later", False),
    ("content", "552 5.3.4 Too big", "failed", False),
    ("final", "250 2.0.0 Fine", "delivered", False),
    ("final", "354 What", "later", False),
    ("final", "451 4.3.0 Later", "later", False),
    ("final", "554 5.7.1 Spam", "failed", False),
    ("final", "552 Too much", "failed", False),
]


@pytest.mark.parametrize(("stage", "line", "expected", "of_the_server"), REPLIES)
def test_replies(stage: Stage, line: str, expected: str, *, of_the_server: bool) -> None:
    answer = Answer(stage, Reply.parse(line))
    assert (verdict(answer), is_of_the_server(answer)) == (expected, of_the_server)


@pytest.mark.parametrize(
    ("answer", "expected", "of_the_server"),
    [
        (Answer("connect", why="refused"), "later", True),
        (Answer("connect", why="null MX", status="5.1.10"), "failed", False),
        (Answer("connect", why="DNS", status="4.4.3"), "later", True),
        (Answer("mail", why="hung up"), "later", False),
        (Answer("mail", why="8-bit", status="5.6.3"), "failed", False),
        (Answer("final", why="hung up"), "later", False),
    ],
)
def test_no_replies(answer: Answer, expected: str, *, of_the_server: bool) -> None:
    assert (verdict(answer), is_of_the_server(answer)) == (expected, of_the_server)


def test_too_many_recipients_is_said_at_rcpt_only() -> None:
    assert [is_too_many(Answer("rcpt", Reply.parse(line))) for line in ("452 x", "552 x", "450 x")] == [
        True,
        True,
        False,
    ]
    assert not is_too_many(Answer("final", Reply.parse("452 4.3.1 Full")))
    assert not is_too_many(Answer("rcpt", why="x"))


def test_the_status_of_a_report() -> None:
    assert status_of(Answer("rcpt", Reply.parse("550 5.1.1 Nobody"))) == "5.1.1"
    assert status_of(Answer("rcpt", Reply.parse("550 Nobody"))) == "5.0.0"
    assert status_of(Answer("rcpt", Reply.parse("550 4.1.1 Nobody"))) == "4.0.0"
    assert status_of(Answer("connect", why="x", status="5.4.6")) == "5.4.6"
    assert status_of(Answer("connect", why="x")) == "4.4.2"
