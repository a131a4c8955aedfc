import pytest
from tests.builders import a_client, smtp_settings

from mailcore import replies
from maildecide.session.checks import connection_limit_per_client
from maildecide.session.facts import AdmitFacts


@pytest.mark.parametrize(
    ("limit", "connections", "passed", "may_pass", "is_refused"),
    [
        (3, 3, False, False, False),
        (3, 4, False, False, True),
        (3, 4, True, False, False),
        (3, 4, False, True, False),
        (0, 4000, False, False, False),
    ],
)
def test_connection_limit_per_client(
    limit: int, connections: int, *, passed: bool, may_pass: bool, is_refused: bool
) -> None:
    facts = AdmitFacts(a_client(is_passed=passed), connections, connections, may_pass)
    reply = connection_limit_per_client.check(facts, smtp_settings(max_connections_per_ip=limit))
    assert reply == (replies.TOO_MANY_CONNECTIONS if is_refused else None)
