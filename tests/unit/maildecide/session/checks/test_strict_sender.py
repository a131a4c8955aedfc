import pytest
from tests.builders import a_client, mail_facts, smtp_settings

from mailcore import replies
from mailcore.replies import Reply
from maildecide.session.checks import strict_sender


@pytest.mark.parametrize("account", [None, "ada@example.com"])
@pytest.mark.parametrize(
    ("strict", "is_managed", "is_local", "reply"),
    [
        (True, True, False, replies.SENDER_UNKNOWN_HERE),
        (True, True, True, None),
        (True, False, False, None),
        (False, True, False, None),
    ],
)
def test_strict_sender(
    *, strict: bool, is_managed: bool, is_local: bool, reply: Reply | None, account: str | None
) -> None:
    facts = mail_facts(client=a_client(account=account), sender_is_managed=is_managed, sender_is_local=is_local)
    assert strict_sender.check(facts, smtp_settings(strict_sender_domain=strict)) == reply


def test_a_sender_that_was_rewritten_here_is_known() -> None:
    facts = mail_facts(sender_is_managed=True, sender_is_local=False, sender_is_rewritten=True)
    assert strict_sender.check(facts, smtp_settings(strict_sender_domain=True)) is None


def test_what_ourselves_bring_was_judged_before() -> None:
    facts = mail_facts(client=a_client(is_ourselves=True), sender_is_managed=True, sender_is_local=False)
    assert strict_sender.check(facts, smtp_settings(strict_sender_domain=True)) is None
