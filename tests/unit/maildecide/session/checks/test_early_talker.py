import pytest
from tests.builders import a_client, smtp_settings

from mailcore import replies
from maildecide.session.checks import early_talker
from maildecide.session.facts import ClientFacts, GreetFacts


@pytest.mark.parametrize(
    ("client", "is_refused"),
    [
        (a_client(), True),
        (a_client(is_relay_permitted=True), True),
        (a_client(is_passed=True), False),
        (a_client(listener="submission"), False),
        (a_client(listener="submissions"), False),
    ],
)
def test_early_talker(client: ClientFacts, *, is_refused: bool) -> None:
    reply = early_talker.check(GreetFacts(client, talked_early=True), smtp_settings())
    assert reply == (replies.TALKED_EARLY if is_refused else None)
    assert early_talker.check(GreetFacts(client, talked_early=False), smtp_settings()) is None
