"""Conditions on a text, compiled: each becomes a function that says whether a text meets it."""

import operator
import unicodedata
from collections.abc import Callable

from mailcore.address import local_key
from mailcore.directory.rule_condition import Operator, TextCondition
from mailcore.expression import Expression, compile_expression, wildcard_expression

TextTest = Callable[[str], bool]

_COMPARED: dict[Operator, Callable[[str, str], bool]] = {
    "equals": operator.eq,
    "contains": operator.contains,
    "starts_with": str.startswith,
    "ends_with": str.endswith,
}


def text_test(condition: TextCondition) -> TextTest:
    """Compile a condition. Text and value are compared in NFC, and folded where case does not matter."""
    value, case_sensitive = condition.value, condition.case_sensitive
    if value is None:
        return bool
    if condition.op == "wildcard":
        return _found(wildcard_expression(_normal(value), case_sensitive=case_sensitive))
    if condition.op == "matches":
        return _found(compile_expression(value, case_sensitive=case_sensitive))
    shaped = _normal if case_sensitive else local_key
    wanted, compared = shaped(value), _COMPARED[condition.op]
    return lambda text: compared(shaped(text), wanted)


def _found(expression: Expression) -> TextTest:
    return lambda text: expression.is_found_in(_normal(text))


def _normal(text: str) -> str:
    return unicodedata.normalize("NFC", text)
