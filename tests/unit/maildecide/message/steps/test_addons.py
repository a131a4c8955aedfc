from datetime import UTC, datetime
from typing import Any

import pytest
from tests.builders import a_context, a_mail, an_account

from mailcore.directory.addon import Addon
from mailcore.directory.targets import RemoteTarget, ServerTarget
from maildecide.message.actions import Done, RunAddons
from maildecide.message.addons.choice import Addons
from maildecide.message.steps import addons


def an_addon(number: int, scope: str = "server", **changes: Any) -> Addon:
    """Give an addon as stored."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return Addon(
        id=number,
        created_at=now,
        updated_at=now,
        position=number,
        name=f"addon {number}",
        command=("scan",),
        url=None,
        scope=scope,
        enabled=True,
    ).model_copy(update=changes)


ALL = Addons(
    (
        an_addon(4, "ada@example.com"),
        an_addon(1),
        an_addon(2, "example.com"),
        an_addon(3, "unknown:example.com"),
        an_addon(5, enabled=False),
        an_addon(6, "example.org"),
    )
)


def test_without_addons_the_message_passes() -> None:
    assert list(addons.apply(a_mail(), a_context())) == []
    assert list(addons.apply(a_mail(), a_context(addons=Addons((an_addon(6, "example.org"),))))) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, (4, 1, 2)),
        ({"via": "alias"}, (4, 1, 2)),
        ({"via": "catch_all"}, (4, 1, 3)),
        ({"account": an_account("bea@example.com")}, (1, 2)),
        ({"target": ServerTarget(), "via": "role"}, (1, 2)),
        ({"recipient": "eve@example.org", "target": RemoteTarget("eve@example.org"), "via": ""}, (1,)),
        ({"account": None}, (1, 2)),
    ],
)
def test_whose_mail_it_is_says_which(changes: dict[str, Any], expected: tuple[int, ...]) -> None:
    run, done = addons.apply(a_mail(), a_context(**{"addons": ALL, **changes}))
    assert isinstance(run, RunAddons)
    assert run.addons == expected
    assert isinstance(done, Done)


def test_it_names_who_waits() -> None:
    run, _ = addons.apply(a_mail(), a_context(addons=ALL, place=2))
    assert run == RunAddons(2, "ada@example.com", (4, 1, 2), "addon 4, addon 1, addon 2", "example.com/ada")
