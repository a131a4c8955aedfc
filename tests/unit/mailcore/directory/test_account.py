import json

import pytest
from pydantic import ValidationError

from mailcore.directory.account import AccountFields


def test_case_is_kept_until_the_domain_says_whether_it_counts() -> None:
    assert AccountFields(address="JO\u0308RG@Bücher.Example").address == "JÖRG@xn--bcher-kva.example"


@pytest.mark.parametrize(
    "address",
    ["", "a", "a@", "@example.com", "a b@example.com", "a@[192.0.2.1]", "a@-.example"],
)
def test_what_cannot_be_stored_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        AccountFields(address=address)


def test_password_is_not_shown() -> None:
    fields = AccountFields.model_validate({"address": "a@example.com", "password": "correct horse"})
    assert "correct horse" not in repr(fields)
    assert "correct horse" not in fields.model_dump_json()


@pytest.mark.parametrize("name", ["quota_bytes", "quota_messages", "max_receive_size"])
@pytest.mark.parametrize("value", [0, -1, 2**60, "1"])
def test_a_limit_is_at_least_one(name: str, value: object) -> None:
    with pytest.raises(ValidationError) as caught:
        AccountFields.model_validate_json(json.dumps({"address": "a@example.com", name: value}), strict=True)
    assert caught.value.errors()[0]["loc"] == (name,)


@pytest.mark.parametrize("patterns", [[""], ["a\x00b"], ["a\nb"], ["x" * 321], "*", [1], ["x"] * 1001])
def test_patterns_that_are_none_are_refused(patterns: object) -> None:
    with pytest.raises(ValidationError):
        AccountFields.model_validate({"address": "a@example.com", "cancel_list": patterns})


def test_patterns_are_kept_as_they_are() -> None:
    fields = AccountFields.model_validate({"address": "a@example.com", "cancel_list": ["<>", "*@[a-c]?.example"]})
    assert fields.cancel_list == ("<>", "*@[a-c]?.example")
