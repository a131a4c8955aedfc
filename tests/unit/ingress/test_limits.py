import pytest
from tests.builders import a_client, smtp_settings

from ingress.limits import message_limits, session_limits
from maildecide.session.facts import ClientFacts


def test_what_holds_for_a_connection() -> None:
    settings = smtp_settings(
        idle_timeout_seconds=7, max_session_minutes=2, max_command_errors=3, max_message_size=9, max_recipients=4
    )
    limits = session_limits("mx.example.com", settings)
    assert limits.hostname == "mx.example.com"
    assert (limits.idle_timeout, limits.session_timeout, limits.max_command_errors) == (7, 120, 3)
    assert (limits.announced_size, limits.announced_recipients) == (9, 4)


def test_no_limits() -> None:
    limits = session_limits(
        "mx.example.com", smtp_settings(max_session_minutes=0, max_command_errors=0, max_recipients=0)
    )
    assert (limits.session_timeout, limits.max_command_errors, limits.announced_recipients) == (None, 0, 100_000)


@pytest.mark.parametrize(("is_local", "size"), [(True, 1000), (False, 499)])
def test_the_size_of_a_message(*, is_local: bool, size: int) -> None:
    settings = smtp_settings(max_message_size=1000, max_external_message_size=500)
    assert message_limits(a_client(), settings, sender_is_local=is_local).size == size


@pytest.mark.parametrize(
    ("client", "treatment"),
    [
        (a_client(), "refuse"),
        (a_client(account="ada@example.com"), "normalise"),
        (a_client(is_relay_permitted=True), "normalise"),
    ],
)
def test_bare_line_ends(client: ClientFacts, treatment: str) -> None:
    assert message_limits(client, smtp_settings(), sender_is_local=False).bare_line_ends == treatment


def test_what_was_added_to_a_message_that_comes_back_is_not_held_against_it() -> None:
    settings = smtp_settings(max_message_size=1000, max_header_size=1024)
    limits = message_limits(a_client(), settings, sender_is_local=True, added=70)
    assert (limits.size, limits.header_size) == (1070, 1094)
