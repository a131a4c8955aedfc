"""The examples of `docs/header-rules.md` are rules and samples that the API takes, and it names all there is."""

import json
import re
from typing import Any, get_args

import pytest
from tests.architecture.sources import ROOT

from admin_api.rule_sample import Sample
from mailcore.directory.header_rule import HeaderRuleFields
from mailcore.directory.rule_action import RuleAction
from mailcore.directory.rule_condition import Condition
from mailcore.directory.rule_text import OWN_FIELDS
from mailcore.directory.rule_verdicts import VERDICTS

PAGE = (ROOT / "docs/header-rules.md").read_text(encoding="utf-8")
EXAMPLES = [json.loads(example) for example in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]


def kinds(union: Any) -> set[str]:
    return {get_args(model.model_fields["kind"].annotation)[0] for model in get_args(get_args(union)[0])}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.get("name", "a sample"))
def test_examples_are_taken(example: dict[str, Any]) -> None:
    model = Sample if "message" in example else HeaderRuleFields
    assert model.model_validate(example).model_fields_set == set(example)


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 4


def test_everything_is_named() -> None:
    told = {word.lower() for word in re.findall(r"`([A-Za-z_-]+)`", PAGE)}
    assert (
        kinds(Condition) | kinds(RuleAction) | OWN_FIELDS | set(VERDICTS) | set(HeaderRuleFields.model_fields) <= told
    )
