from typing import Any

import pytest
from pydantic import TypeAdapter

from mailcore.directory.rule_condition import Condition
from maildecide.message.rules.condition_test import all_tests, condition_test
from maildecide.message.rules.facts import RuleFacts
from maildecide.message.rules.header_view import HeaderView

ADAPTER: TypeAdapter[Condition] = TypeAdapter(Condition)
FACTS = RuleFacts("bob@example.net", "ada@example.com", 1000, "192.0.2.7", {"banned": "no", "authenticated": "yes"})
HEADER = (
    b"Subject: =?ISO-2022-JP?B?GyRCOS05cBsoQg==?= now\r\n"  # the word for advertisement
    b"X-Tag: one\r\nx-tag:\r\n two\r\nX-Empty:\r\n"
    b"Cafe: " + "Cafe\u0301".encode() + b"\r\n"
)


def holds(condition: dict[str, Any]) -> bool:
    return condition_test(ADAPTER.validate_python(condition))(HeaderView(HEADER), FACTS)


def header(name: str, op: str, value: str | None = None, **more: Any) -> dict[str, Any]:
    return {"kind": "header", "name": name, "op": op, "value": value, **more}


@pytest.mark.parametrize(
    "condition",
    [
        header("subject", "exists"),
        header("X-Empty", "exists"),
        header("Subject", "equals", "広告 NOW"),
        header("Subject", "contains", "広"),
        header("Subject", "starts_with", "広告"),
        header("Subject", "ends_with", "Now"),
        header("Subject", "wildcard", "??*now"),
        header("Subject", "matches", "^広告\\s+n.w$"),
        header("X-Tag", "equals", "TWO"),
        header("X-Tag", "equals", "one", case_sensitive=True),
        header("Cafe", "equals", "caf\u00e9"),
        header("Cafe", "matches", "caf\u00e9$"),
        {"kind": "sender", "op": "ends_with", "value": "@EXAMPLE.net"},
        {"kind": "recipient", "op": "wildcard", "value": "ada@*"},
        {"kind": "size", "at_least": 1000},
        {"kind": "size", "at_least": 5, "at_most": 1000},
        {"kind": "client", "network": "192.0.2.0/24"},
        {"kind": "client", "network": "192.0.*.*"},
        {"kind": "verdict", "name": "authenticated"},
        {"kind": "verdict", "name": "banned", "value": "no"},
        {"kind": "all", "of": []},
        {"kind": "any", "of": [{"kind": "all", "of": []}, header("X", "exists")]},
        {"kind": "not", "of": {"kind": "any", "of": []}},
    ],
)
def test_holds(condition: dict[str, Any]) -> None:
    assert holds(condition)
    assert not holds({"kind": "not", "of": condition})


@pytest.mark.parametrize(
    "condition",
    [
        header("X-None", "exists"),
        header("X-None", "matches", ".*"),
        header("X-Empty", "matches", "."),
        header("X-Tag", "equals", "onetwo"),
        header("X-Tag", "equals", "TWO", case_sensitive=True),
        header("Subject", "matches", "=\\?ISO"),
        {"kind": "sender", "op": "starts_with", "value": "net"},
        {"kind": "size", "at_least": 1001},
        {"kind": "size", "at_most": 999},
        {"kind": "client", "network": "192.0.2.8"},
        {"kind": "client", "network": "2001:db8::/32"},
        {"kind": "verdict", "name": "banned"},
        {"kind": "verdict", "name": "submission"},
        {"kind": "any", "of": []},
        {"kind": "all", "of": [{"kind": "size"}, header("X", "exists")]},
    ],
)
def test_does_not_hold(condition: dict[str, Any]) -> None:
    assert not holds(condition)


def test_the_null_sender_does_not_exist() -> None:
    facts = RuleFacts("", "ada@example.com", 1, "::1", {})
    exists = condition_test(ADAPTER.validate_python({"kind": "sender", "op": "exists"}))
    assert not exists(HeaderView(b""), facts)
    assert exists(HeaderView(b""), FACTS)


def test_no_conditions_always_hold() -> None:
    assert all_tests(())(HeaderView(b""), FACTS)
