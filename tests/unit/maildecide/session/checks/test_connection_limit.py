import pytest
from tests.builders import a_client, smtp_settings

from mailcore import replies
from maildecide.session.checks import connection_limit
from maildecide.session.facts import AdmitFacts


@pytest.mark.parametrize(("connections", "is_refused"), [(1, False), (3, False), (4, True)])
def test_connection_limit(connections: int, *, is_refused: bool) -> None:
    facts = AdmitFacts(a_client(is_passed=True), connections, 1)
    reply = connection_limit.check(facts, smtp_settings(max_connections=3))
    assert reply == (replies.OVERLOADED if is_refused else None)
