"""Conditions, compiled: each becomes a function of the header section and the facts."""

from collections.abc import Callable, Iterable
from typing import assert_never

from mailcore.directory.client_match import HostSuffix, address_number, parse_match
from mailcore.directory.rule_condition import (
    AllCondition,
    AnyCondition,
    ClientCondition,
    Condition,
    HeaderCondition,
    NotCondition,
    RecipientCondition,
    SenderCondition,
    SizeCondition,
    VerdictCondition,
)
from maildecide.message.rules.facts import RuleFacts
from maildecide.message.rules.header_view import HeaderView
from maildecide.message.rules.text_test import text_test

Test = Callable[[HeaderView, RuleFacts], bool]


def all_tests(conditions: Iterable[Condition]) -> Test:
    """Compile conditions that must all hold."""
    tests = tuple(condition_test(condition) for condition in conditions)
    return lambda view, facts: all(test(view, facts) for test in tests)


def condition_test(condition: Condition) -> Test:
    """Compile one condition. Raises ValueError for an expression that does not compile any more."""
    match condition:
        case AllCondition() | AnyCondition() | NotCondition():
            return _combination(condition)
        case HeaderCondition():
            return _header_test(condition)
        case SenderCondition() | RecipientCondition():
            return _address_test(condition)
        case SizeCondition(at_least=least, at_most=most):
            return lambda _, facts: least <= facts.size and (most is None or facts.size <= most)
        case ClientCondition():
            return _client_test(condition)
        case VerdictCondition(name=name, value=value):
            return lambda _, facts: facts.verdicts.get(name) == value
        case _:
            assert_never(condition)


def _combination(condition: AllCondition | AnyCondition | NotCondition) -> Test:
    if isinstance(condition, AllCondition):
        return all_tests(condition.of)
    if isinstance(condition, NotCondition):
        inner = condition_test(condition.of)
        return lambda view, facts: not inner(view, facts)
    tests = tuple(condition_test(one) for one in condition.of)
    return lambda view, facts: any(test(view, facts) for test in tests)


def _address_test(condition: SenderCondition | RecipientCondition) -> Test:
    meets = text_test(condition)
    if isinstance(condition, SenderCondition):
        return lambda _, facts: meets(facts.sender)
    return lambda _, facts: meets(facts.recipient)


def _header_test(condition: HeaderCondition) -> Test:
    name = condition.name.lower().encode("ascii")
    if condition.op == "exists":
        return lambda view, _: bool(view.values(name))
    meets = text_test(condition)
    return lambda view, _: any(meets(value) for value in view.values(name))


def _client_test(condition: ClientCondition) -> Test:
    match = parse_match(condition.network)
    if isinstance(match, HostSuffix):
        raise ValueError(f"{condition.network} is no network")  # noqa: TRY004 - what was written is wrong
    return lambda _, facts: match.covers(*address_number(facts.client_ip))
