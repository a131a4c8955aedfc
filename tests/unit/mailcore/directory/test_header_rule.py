from typing import Any

import pytest
from pydantic import ValidationError

from mailcore.directory.header_rule import HeaderRuleFields

STOP = [{"kind": "stop"}]
SIZE: dict[str, Any] = {"kind": "size"}


def nested(levels: int) -> dict[str, Any]:
    condition = SIZE
    for _ in range(levels - 1):
        condition = {"kind": "not", "of": condition}
    return condition


@pytest.mark.parametrize(
    ("fields", "loc", "message"),
    [
        (
            {"when": [{"kind": "header", "name": "A", "op": "matches", "value": "a(b"}]},
            "value",
            "at character 2: missing )",
        ),
        ({"when": [{"kind": "header", "name": "A", "op": "equals"}]}, "value", "`equals` needs a value"),
        ({"when": [{"kind": "header", "name": "A", "op": "exists", "value": "x"}]}, "value", "`exists` has no value"),
        ({"when": [{"kind": "header", "name": "a b", "op": "exists"}]}, "name", "pattern"),
        ({"when": [{"kind": "header", "name": "A:", "op": "exists"}]}, "name", "pattern"),
        ({"when": [{"kind": "client", "network": ".example.net"}]}, "network", "a host name is no network"),
        ({"when": [{"kind": "client", "network": "x"}]}, "network", "matches nothing"),
        ({"when": [{"kind": "verdict", "name": "weather"}]}, "name", "allowed: aligned, arc, authenticated, banned"),
        ({"when": [{"kind": "verdict", "name": "banned", "value": "rain"}]}, "value", "allowed: yes, no"),
        ({"when": [{"kind": "verdict", "name": "spf"}]}, "value", "allowed: none, neutral, pass, fail, softfail"),
        ({"when": [{"kind": "size", "at_least": 5, "at_most": 4}]}, "at_most", "nothing is"),
        ({"when": [nested(9)]}, "when", "nested at most 8 deep"),
        ({"when": [{"kind": "all", "of": [SIZE] * 100}, {"kind": "any", "of": [SIZE] * 100}]}, "when", "at most 200"),
        ({"when": [{"kind": "moon"}]}, 0, "does not match any of the expected tags"),
        ({"actions": []}, "actions", "at least one"),
        (
            {"actions": [{"kind": "set_header", "name": "Received", "value": "x"}]},
            "name",
            "written by this server alone",
        ),
        ({"actions": [{"kind": "add_header", "name": "X-PMSFILTER", "value": "x"}]}, "name", "this server alone"),
        ({"actions": [{"kind": "rename_header", "name": "X", "to": "Return-path"}]}, "to", "this server alone"),
        ({"actions": [{"kind": "remove_header", "name": "DELIVERED-TO"}]}, "name", "where a message has been"),
        ({"actions": [{"kind": "add_header", "name": "X", "value": "a\r\nBcc: b"}]}, "value", "character 2"),
        ({"actions": [{"kind": "add_header", "name": "X", "value": "a\u2028b"}]}, "value", "ends a line"),
        ({"actions": [{"kind": "add_header", "name": "X", "value": " "}]}, "value", "something must be written"),
        ({"actions": [{"kind": "add_header", "name": "X", "value": "x" * 901}]}, "value", "at most 900"),
        ({"actions": [{"kind": "prefix_subject", "text": "a\nb"}]}, "text", "character 2"),
        ({"actions": [{"kind": "reject", "text": "a\r\n250 b"}]}, "text", "pattern"),
        ({"actions": [{"kind": "reject", "text": "飛脚"}]}, "text", "pattern"),
        ({"actions": [{"kind": "put_into_folder", "folder": "../x"}]}, "folder", "is no folder"),
        ({"actions": [{"kind": "put_into_folder", "folder": "a//b"}]}, "folder", "is no folder"),
        ({"actions": [{"kind": "redirect", "to": []}]}, "to", "at least one"),
        ({"actions": [{"kind": "copy_to", "to": ["nobody"]}]}, 0, "has no '@'"),
        ({"scope": "a b"}, "scope", "not a domain name"),
        ({"direction": "up"}, "direction", "incoming"),
        ({"name": "\t"}, "name", "something must be written"),
    ],
)
def test_refused_where_the_mistake_is(fields: dict[str, Any], loc: str | int, message: str) -> None:
    with pytest.raises(ValidationError) as refused:
        HeaderRuleFields.model_validate({"name": "x", "actions": STOP, **fields})
    (problem,) = refused.value.errors()
    assert problem["loc"][-1] == loc or loc in problem["loc"]
    assert message in problem["msg"]


def test_what_is_left_out_has_its_default() -> None:
    fields = HeaderRuleFields(name="x", actions=STOP)  # type: ignore[arg-type]  # as JSON has it
    assert (fields.when, fields.scope, fields.direction, fields.enabled) == ((), "everybody", "incoming", True)


@pytest.mark.parametrize(
    ("written", "stored"),
    [("Example.COM", "example.com"), ("例え.test", "xn--r8jz45g.test"), ("Ada@Example.COM", "Ada@example.com")],
)
def test_scopes_have_one_form(written: str, stored: str) -> None:
    assert HeaderRuleFields(name="x", actions=STOP, scope=written).scope == stored  # type: ignore[arg-type]


def test_conditions_as_deep_and_as_many_as_may_be() -> None:
    for when in ([nested(8)], [SIZE] * 200):
        assert len(HeaderRuleFields.model_validate({"name": "x", "when": when, "actions": STOP}).when) == len(when)
