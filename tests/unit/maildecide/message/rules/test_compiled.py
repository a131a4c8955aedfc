from typing import Any

import pytest
from tests.builders import a_header_rule

from mailcore.directory.header_rule import HeaderRule
from maildecide.message.rules.compiled import HeaderRules
from maildecide.message.rules.facts import RuleFacts

ADA, EXAMPLE = "ada@example.com", "example.com"


def facts(**owners: tuple[str, ...]) -> RuleFacts:
    return RuleFacts("", ADA, 1, "192.0.2.1", {}, **owners)


@pytest.mark.parametrize(
    ("rule", "owners", "applies"),
    [
        ({}, {"incoming_for": (EXAMPLE,)}, True),
        ({}, {"outgoing_for": (ADA, EXAMPLE)}, False),
        ({}, {}, False),
        ({"direction": "outgoing"}, {"outgoing_for": (ADA, EXAMPLE)}, True),
        ({"direction": "outgoing"}, {"incoming_for": (EXAMPLE,)}, False),
        ({"direction": "both"}, {"incoming_for": (EXAMPLE,)}, True),
        ({"direction": "both"}, {"outgoing_for": (EXAMPLE,)}, True),
        ({"scope": "EXAMPLE.com"}, {"incoming_for": (EXAMPLE,)}, True),
        ({"scope": EXAMPLE}, {"incoming_for": ("example.net",)}, False),
        ({"scope": ADA}, {"incoming_for": (EXAMPLE, ADA)}, True),
        ({"scope": ADA}, {"incoming_for": (EXAMPLE,)}, False),
        (
            {"scope": ADA, "direction": "outgoing"},
            {"incoming_for": (ADA,), "outgoing_for": ("bea@example.com",)},
            False,
        ),
        ({"enabled": False}, {"incoming_for": (EXAMPLE,)}, False),
    ],
)
def test_whose_mail_it_is(rule: dict[str, Any], owners: dict[str, tuple[str, ...]], *, applies: bool) -> None:
    assert bool(HeaderRules([a_header_rule("stop", **rule)]).applying(facts(**owners))) is applies


def test_in_their_order_and_each_once() -> None:
    def numbered(number: int, **fields: Any) -> HeaderRule:
        return a_header_rule("stop", **fields).model_copy(update={"id": number})

    rules = HeaderRules([numbered(7, scope=ADA, direction="both"), numbered(3), numbered(5, scope=EXAMPLE)])
    applying = rules.applying(facts(incoming_for=(EXAMPLE, ADA), outgoing_for=(ADA,)))
    assert [rule.id for rule in applying] == [7, 3, 5]
    assert len(rules) == 3


def test_what_they_may_do_is_known_beforehand() -> None:
    send = {"kind": "copy_to", "to": ["b@example.com", "c@example.com"]}
    rules = HeaderRules([a_header_rule(send), a_header_rule({**send, "kind": "redirect"}), a_header_rule("reject")])
    assert rules.sends_to == ("b@example.com", "c@example.com")
    assert rules.can_reject
    assert not HeaderRules([a_header_rule("reject", enabled=False)]).can_reject
