import pytest
from pydantic import ValidationError

from mailcore.directory.alias import MOST_TARGETS, AliasFields


def test_targets_keep_the_case_that_foreign_servers_may_care_about() -> None:
    fields = AliasFields.model_validate({"address": "a@example.com", "to": ["Ken@EXAMPLE.org", "ü@Bücher.example"]})
    assert fields.to == ("Ken@example.org", "ü@xn--bcher-kva.example")


@pytest.mark.parametrize(
    "to", [[], ["nobody"], ["a@"], ["a b@example.com"], ["a\n@example.com"], [f"a{n}@example.com" for n in range(1001)]]
)
def test_what_leads_nowhere_is_refused(to: list[str]) -> None:
    with pytest.raises(ValidationError) as caught:
        AliasFields.model_validate({"address": "a@example.com", "to": to})
    assert caught.value.errors()[0]["loc"][0] == "to"


def test_a_thousand_targets_are_allowed() -> None:
    to = [f"a{n}@example.org" for n in range(MOST_TARGETS)]
    assert len(AliasFields.model_validate({"address": "a@example.com", "to": to}).to) == 1000
