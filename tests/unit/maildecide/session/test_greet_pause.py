import pytest
from tests.builders import a_client, smtp_settings

from maildecide.session.facts import ClientFacts
from maildecide.session.greet_pause import greet_pause


@pytest.mark.parametrize(
    ("client", "seconds"),
    [
        (a_client(), 2.5),
        (a_client(is_relay_permitted=True), 2.5),
        (a_client(is_passed=True), 0.0),
        (a_client(listener="submission"), 0.0),
        (a_client(listener="submissions"), 0.0),
    ],
)
def test_greet_pause(client: ClientFacts, seconds: float) -> None:
    assert greet_pause(client, smtp_settings(greet_pause_seconds=2.5)) == seconds
