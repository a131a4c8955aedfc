from tests.builders import a_mail

from mailcore.mail.envelope import Envelope, Recipient
from maildecide.message.asking import Asks, asked, with_notify

NEVER = frozenset({"NEVER"})


def test_what_is_asked_for_is_changed_at_one_place() -> None:
    both = Envelope("bob@example.net", (Recipient("a@example.com"), Recipient("b@example.com", frozenset({"DELAY"}))))
    mail = a_mail(envelope=both)
    changed = Asks(1, NEVER).apply(mail)
    assert [asked(changed, place) for place in (0, 1)] == [frozenset(), NEVER]
    assert [asked(mail, place) for place in (0, 1)] == [frozenset(), frozenset({"DELAY"})]
    assert with_notify(mail, 0, frozenset()) is mail
