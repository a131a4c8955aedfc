from typing import Annotated, Any

import pytest
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, ValidationError

from mailcore.patch import meant_by_null, merge, patch_of


class Inner(BaseModel):
    """Inside."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    depth: Annotated[int, Field(ge=1, le=9)] = 3
    """How deep."""


class Outer(BaseModel):
    """Outside."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True, strict=True)

    name: Annotated[str, Field(min_length=2)]
    """What it is called."""
    count: Annotated[int, Field(ge=0)] = 5
    inner: Inner = Inner()
    tags: list[str] = Field(default_factory=list)


def test_every_field_is_optional_and_may_be_null() -> None:
    patch = patch_of(Outer)
    assert patch.model_validate({}).model_fields_set == set()
    nulls: dict[str, Any] = dict.fromkeys(Outer.model_fields)
    assert patch.model_validate(nulls).model_fields_set == set(Outer.model_fields)


@pytest.mark.parametrize(
    "changes",
    [{"name": "x"}, {"count": -1}, {"count": "5"}, {"unknown": 1}, {"inner": {"depth": 10}}, {"inner": {"other": 1}}],
)
def test_bounds_types_and_names_are_those_of_the_model(changes: dict[str, JsonValue]) -> None:
    with pytest.raises(ValidationError):
        patch_of(Outer).model_validate(changes)


def test_schema_keeps_description_and_bounds() -> None:
    schema = patch_of(Outer).model_json_schema()
    assert schema["properties"]["name"]["description"] == "What it is called."
    assert {"minimum": 0, "type": "integer"} in schema["properties"]["count"]["anyOf"]
    assert "required" not in schema


def test_same_model_gives_the_same_patch() -> None:
    assert patch_of(Outer) is patch_of(Outer)


def test_validators_never_meet_the_null_that_resets() -> None:
    class Shouted(BaseModel):
        word: Annotated[str, Field(min_length=2), AfterValidator(str.upper)]

    assert patch_of(Shouted).model_validate({"word": None}).model_dump() == {"word": None}
    assert patch_of(Shouted).model_validate({"word": "ab"}).model_dump() == {"word": "AB"}
    with pytest.raises(ValidationError):
        patch_of(Shouted).model_validate({"word": "a"})


def test_null_is_the_default_of_what_cannot_be_null() -> None:
    assert meant_by_null(Outer, "count") == 5
    assert meant_by_null(Outer, "tags") == []
    with pytest.raises(KeyError):
        meant_by_null(Outer, "name")


def test_null_is_null_where_that_is_a_value() -> None:
    class Tagged(BaseModel):
        tag: Annotated[str, Field(min_length=1)] | None = "[x]"

    assert meant_by_null(Tagged, "tag") is None


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        # RFC 7396 appendix A
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merge_follows_rfc_7396(target: JsonValue, patch: JsonValue, result: JsonValue) -> None:
    assert merge(target, patch) == result
