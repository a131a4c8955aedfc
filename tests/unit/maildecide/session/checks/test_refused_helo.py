import pytest
from tests.builders import a_client, smtp_settings

from mailcore import replies
from maildecide.session.checks.refused_helo import check
from maildecide.session.facts import ClientFacts, HeloFacts

STRANGER = a_client(helo="Mail.Spam.test")


@pytest.mark.parametrize(
    ("patterns", "client", "is_refused"),
    [
        ((), STRANGER, False),
        (("*.spam.test",), STRANGER, True),
        (("good.test", "*.SPAM.test"), STRANGER, True),
        (("spam.test",), STRANGER, False),
        (("*",), a_client(helo="[192.0.2.1]"), True),
        (("*.spam.test",), a_client(helo="mail.spam.test", listener="submission"), False),
        (("*.spam.test",), a_client(helo="mail.spam.test", account="ada@example.com"), False),
        (("*.spam.test",), a_client(helo="mail.spam.test", is_relay_permitted=True), False),
    ],
)
def test_refused_helo(patterns: tuple[str, ...], client: ClientFacts, *, is_refused: bool) -> None:
    reply = check(HeloFacts(client), smtp_settings(refused_helo=patterns))
    assert reply == (replies.HELO_REFUSED if is_refused else None)
