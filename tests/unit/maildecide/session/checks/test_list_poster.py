from typing import Any

import pytest
from tests.builders import an_account, rcpt_facts, resolved, smtp_settings
from tests.list_builders import a_list_target

from mailcore import replies
from mailcore.address import Address
from mailcore.directory.targets import Target
from mailcore.replies import Reply
from maildecide.session.checks import list_poster

EVE: dict[str, Any] = {"refused_posters": ("eve@*",)}


def judged(*targets: Target, sender: Address | None = Address("eve", "example.net")) -> Reply | None:  # noqa: B008 - frozen
    return list_poster.check(rcpt_facts(sender=sender, resolution=resolved(*targets)), smtp_settings())


@pytest.mark.parametrize("changes", [EVE, {"posting": "nobody"}])
def test_what_sender_and_list_alone_decide_is_refused(changes: dict[str, Any]) -> None:
    assert judged(a_list_target(**changes)) == replies.LIST_TAKES_NO_POSTS


@pytest.mark.parametrize(
    "target",
    [
        a_list_target(),
        a_list_target(refused_posters=("bob@*",)),
        a_list_target(**EVE, refusal="silent"),
        a_list_target(**EVE, refusal="hold"),
        a_list_target(**EVE, control_address="birds@example.com"),
        a_list_target("request", **EVE),
        a_list_target("bounces", **EVE),
    ],
)
def test_what_is_no_such_post_is_taken(target: Target) -> None:
    assert judged(target) is None


def test_the_null_sender_and_whoever_reaches_others_too_are_taken() -> None:
    assert judged(a_list_target(**EVE), sender=None) is None
    assert judged(a_list_target(posting="nobody"), sender=None) is None
    assert (
        list_poster.check(
            rcpt_facts(sender=Address("eve", "example.net"), resolution=resolved(a_list_target(**EVE), an_account())),
            smtp_settings(),
        )
        is None
    )
