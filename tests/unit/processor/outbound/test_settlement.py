"""What an attempt means for each recipient and for the sender."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest
from tests.builders import MESSAGE, MESSAGE_ID

from mailcore.mail.content import InlineContent
from mailcore.replies import Reply
from mailcore.settings import DeliverySettings
from processor.outbound.attempt import Result
from processor.outbound.client.answer import Answer
from processor.outbound.remote_mail import RemoteMail, RemoteRecipient, decode, encode
from processor.outbound.settlement import Settlement, of_done, settle

AT = 1_767_225_600.0
TAKEN = Result(Answer("final", Reply.parse("250 2.0.0 Taken")))
REFUSED = Result(Answer("rcpt", Reply.parse("550 5.1.1 Nobody")))
LATER = Result(Answer("rcpt", Reply.parse("451 4.7.1 Greylisted")))
SETTINGS = DeliverySettings()


def a_mail(*recipients: RemoteRecipient, **changes: Any) -> RemoteMail:
    mail = RemoteMail(MESSAGE_ID, AT, 0, "ada@example.com", recipients, b"", InlineContent(MESSAGE), 0)
    return msgspec.structs.replace(mail, **changes)


def settled(mail: RemoteMail, *results: Result, after: float = 60.0) -> Settlement:
    by_address = {one.address: result for one, result in zip(mail.recipients, results, strict=True)}
    return settle(mail, by_address, SETTINGS, AT + after)


A, B, C = (RemoteRecipient(f"{name}@example.org") for name in "abc")


def test_each_recipient_is_judged_alone() -> None:
    found = settled(a_mail(A, B, C), TAKEN, REFUSED, LATER)
    assert [one.verdict for one in found.each] == ["delivered", "failed", "later"]
    assert found.waiting == (C,)
    assert [(one.recipient, one.action) for one in found.notices] == [(B.address, "failed")]


def test_success_is_told_where_asked_unless_the_next_server_does() -> None:
    asked = msgspec.structs.replace(A, notify=frozenset({"SUCCESS"}))
    assert [one.action for one in settled(a_mail(asked), TAKEN).notices] == ["relayed"]
    assert settled(a_mail(asked), replace(TAKEN, knows_dsn=True)).notices == ()


@pytest.mark.parametrize("knows_dsn", [True, False])
@pytest.mark.parametrize(
    ("notify", "taken", "refused", "late", "in_vain"),
    [
        ((), [], ["failed"], ["delayed"], ["failed"]),
        (("NEVER",), [], [], [], []),
        (("SUCCESS",), ["relayed"], [], [], []),
        (("FAILURE",), [], ["failed"], [], ["failed"]),
        (("DELAY",), [], [], ["delayed"], []),
        (("SUCCESS", "FAILURE"), ["relayed"], ["failed"], [], ["failed"]),
        (("SUCCESS", "DELAY"), ["relayed"], [], ["delayed"], []),
        (("FAILURE", "DELAY"), [], ["failed"], ["delayed"], ["failed"]),
        (("SUCCESS", "FAILURE", "DELAY"), ["relayed"], ["failed"], ["delayed"], ["failed"]),
    ],
)
def test_what_is_told_of_the_next_server(
    *,
    notify: tuple[str, ...],
    taken: list[str],
    refused: list[str],
    late: list[str],
    in_vain: list[str],
    knows_dsn: bool,
) -> None:
    """RFC 3461 5.2.1 and 5.2.2: who takes it and knows DSN tells of it himself."""

    def told(result: Result, after: float, sender: str = "ada@example.com") -> list[str]:
        mail = a_mail(msgspec.structs.replace(A, notify=frozenset(notify)), sender=sender)
        found = settled(mail, replace(result, knows_dsn=knows_dsn), after=after).notices
        return [one.action for one in found]

    stories = [(TAKEN, 60, [] if knows_dsn else taken), (REFUSED, 60, refused), (LATER, 60, [])]
    stories += [(LATER, 15_000, late), (LATER, 432_000, in_vain)]
    for result, after, expected in stories:
        assert told(result, after) == expected
        assert told(result, after, sender="") == []


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (Answer("rcpt", Reply.parse("451 4.7.1 Greylisted")), "4.7.1"),
        (Answer("rcpt", Reply.parse("451 Greylisted")), "4.0.0"),
        # Servers that want nobody now are tried again.
        (Answer("greeting", Reply.parse("554 5.7.1 Go away")), "4.7.1"),
        (Answer("connect", why="no connection"), "4.4.2"),
    ],
)
def test_what_may_pass_has_such_a_status(answer: Answer, status: str) -> None:
    (notice,) = settled(a_mail(A), Result(answer), after=15_000).notices
    assert (notice.action, notice.status) == ("delayed", status)


def test_what_has_happened_here_is_told_to_who_asked() -> None:
    asked = msgspec.structs.replace(A, notify=frozenset({"SUCCESS"}))
    late = {"done": "delayed", "refusal": "full", "refusal_status": "4.2.2", "retry_until": AT + 9}
    for mail, expected in (
        (a_mail(asked, B, done="delivered"), [(A.address, "delivered", "2.0.0", "", None)]),
        (a_mail(asked, B, done="expanded"), [(A.address, "expanded", "2.0.0", "", None)]),
        (a_mail(asked, B, **late), [(B.address, "delayed", "4.2.2", "full", AT + 9)]),
        (a_mail(asked, B, sender="", **late), []),
        (a_mail(asked), []),
    ):
        found = of_done(mail, AT + 60)
        told = [(one.recipient, one.action, one.status, one.why, one.retry_until) for one in found.notices]
        assert (told, found.waiting, found.each) == (expected, (), ())


def test_a_delay_is_told_once() -> None:
    found = settled(a_mail(A), LATER, after=15_000)
    assert [one.action for one in found.notices] == ["delayed"]
    assert settled(a_mail(*found.waiting), LATER, after=16_000).notices == ()
    assert settled(a_mail(A), LATER, after=14_000).notices == ()


def test_when_the_time_is_over_nobody_waits() -> None:
    found = settled(a_mail(A), LATER, after=432_000)
    assert (found.waiting, found.each[0].is_expired, found.notices[0].status) == ((), True, "5.4.7")


def test_who_was_not_reached_in_time_waits() -> None:
    found = settle(a_mail(A), {}, SETTINGS, AT)
    assert found.waiting == (A,)


def test_nothing_is_told_to_the_null_sender() -> None:
    assert settled(a_mail(A, sender=""), REFUSED).notices == ()


def test_it_survives_in_a_job() -> None:
    mail = a_mail(A, msgspec.structs.replace(B, notify=frozenset({"DELAY"}), is_told_of_delay=True))
    assert decode(encode(mail)) == mail
