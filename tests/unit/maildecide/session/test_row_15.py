import pytest
from tests.builders import a_client, smtp_settings

from maildecide.session import row_15

ACCEPTING = ["server_trash", "user_trash", "tag_subject", "add_header"]
REFUSING = ["tempfail", "reject", "disconnect"]


@pytest.mark.parametrize("action", [*ACCEPTING, *REFUSING])
def test_disposition(action: str) -> None:
    settings = smtp_settings(banned_connection_action=action)
    banned = a_client(is_banned=True)
    assert row_15.disposition(banned, settings) == (action if action in ACCEPTING else None)
    assert row_15.disposition(a_client(), settings) is None
    assert row_15.disposition(a_client(is_banned=True, account="ada@example.com"), settings) is None
    assert row_15.closes_silently(banned, settings) == (action == "disconnect")
    assert not row_15.closes_silently(a_client(), settings)
