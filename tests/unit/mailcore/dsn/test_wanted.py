from itertools import product

import pytest

from mailcore.dsn.report import Action
from mailcore.dsn.wanted import is_wanted

ACTIONS: tuple[Action, ...] = ("failed", "delayed", "delivered", "relayed")


@pytest.mark.parametrize(
    ("notify", "wanted"),
    [
        (set(), {"failed", "delayed"}),
        ({"NEVER"}, set()),
        ({"FAILURE"}, {"failed"}),
        ({"DELAY"}, {"delayed"}),
        ({"SUCCESS"}, {"delivered", "relayed"}),
        ({"SUCCESS", "FAILURE", "DELAY"}, set(ACTIONS)),
    ],
)
def test_what_was_asked_for(notify: set[str], wanted: set[str]) -> None:
    assert {action for action in ACTIONS if is_wanted(action, notify, "ada@example.com")} == wanted


def test_nothing_is_ever_reported_to_nobody() -> None:
    for action, notify in product(ACTIONS, ({"SUCCESS", "FAILURE", "DELAY"}, set())):
        assert not is_wanted(action, notify, "")
