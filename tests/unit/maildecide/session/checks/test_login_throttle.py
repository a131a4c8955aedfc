import pytest
from tests.builders import a_client, smtp_settings

from mailcore import replies
from maildecide.session.checks import login_throttle
from maildecide.session.facts import AttemptFacts


@pytest.mark.parametrize(
    ("address", "network", "both", "is_known", "is_refused"),
    [
        (0, 0, 0, False, False),
        (19, 9, 9, False, False),
        (20, 0, 0, False, True),
        (0, 10, 0, False, True),
        (10, 10, 10, False, True),
        (1000, 1000, 9, True, False),
        (0, 0, 10, True, True),
    ],
)
def test_what_is_too_much(address: int, network: int, both: int, *, is_known: bool, is_refused: bool) -> None:
    facts = AttemptFacts(a_client(), address, network, both, is_known)
    assert login_throttle.check(facts, smtp_settings()) == (replies.AUTH_THROTTLED if is_refused else None)


@pytest.mark.parametrize("is_known", [False, True])
def test_zero_is_no_limit(*, is_known: bool) -> None:
    settings = smtp_settings(login_failures_per_network=0, login_failures_per_account=0)
    assert login_throttle.check(AttemptFacts(a_client(), 999, 999, 999, is_known), settings) is None
