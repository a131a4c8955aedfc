from tests.builders import a_client, mail_facts, rcpt_facts, smtp_settings

from mailcore import replies
from maildecide.session import stages
from maildecide.session.stages import Refusal


def test_the_first_refusal_wins_and_names_its_check() -> None:
    facts = mail_facts(client=a_client(listener="submission"), sender=None, declared_size=10**9)
    settings = smtp_settings(accept_null_sender=False)
    assert stages.first_refusal(stages.MAIL, facts, settings) == Refusal(
        "submission_auth", replies.AUTHENTICATION_REQUIRED
    )


def test_what_all_let_pass_is_not_refused() -> None:
    assert stages.first_refusal(stages.RCPT, rcpt_facts(), smtp_settings()) is None
