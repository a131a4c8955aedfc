import pytest

from mailcore.replies import Reply
from processor.lmtp.verdict import may_take_without_folder, trouble
from processor.mailbox_errors import MailboxAway, MailboxFull, MailboxRefused, MailboxUnsure
from processor.outbound.client.answer import Answer, Stage


@pytest.mark.parametrize(
    ("stage", "reply", "kind"),
    [
        ("final", "250 2.0.0 Stored", None),
        ("final", "452 4.2.2 Full", MailboxFull),
        ("rcpt", "452 4.2.2 Full", MailboxFull),
        ("final", "552 5.2.2 Full", MailboxRefused),
        ("rcpt", "552 5.2.2 Full", MailboxRefused),
        ("rcpt", "550 5.1.1 Nobody", MailboxRefused),
        ("rcpt", "450 4.2.0 Locked", MailboxAway),
        ("data", "451 4.3.0 Later", MailboxAway),
        ("greeting", "554 5.3.2 Closed", MailboxAway),
        ("connect", None, MailboxAway),
        ("final", None, MailboxUnsure),
    ],
)
def test_what_an_answer_means(stage: Stage, reply: str | None, kind: type[Exception] | None) -> None:
    found = trouble(Answer(stage, Reply.parse(reply) if reply else None, why="" if reply else "gone"))
    assert (None if found is None else type(found)) == kind


def test_a_refusal_has_the_servers_status() -> None:
    found = trouble(Answer("final", Reply.parse("552 5.2.2 Full")))
    assert isinstance(found, MailboxRefused)
    assert found.status == "5.2.2"
    assert "552 5.2.2 Full" in str(found)


@pytest.mark.parametrize(
    ("stage", "reply", "expected"),
    [("rcpt", "550 5.1.1 Nobody", True), ("rcpt", "450 4.2.0 Locked", False), ("final", "550 5.7.1 No", False)],
)
def test_only_an_address_that_is_refused_is_tried_without_its_folder(
    stage: Stage, reply: str, *, expected: bool
) -> None:
    assert may_take_without_folder(Answer(stage, Reply.parse(reply))) == expected
