import pytest
from tools.docs.markdown import table
from tools.docs.schema import Schema, allowed, default


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "integer", "minimum": 0}, "integer >= 0"),
        ({"type": "number", "exclusiveMinimum": 0, "maximum": 240}, "number > 0, <= 240"),
        ({"type": "boolean"}, "`true` or `false`"),
        ({"enum": ["never", "always"], "type": "string"}, "`never`, `always`"),
        ({"const": "recipient"}, "`recipient`"),
        ({"anyOf": [{"type": "string", "maxLength": 5}, {"type": "null"}]}, "string at most 5 characters or `null`"),
        ({}, "any value"),
    ],
)
def test_what_is_allowed_in_words(schema: Schema, words: str) -> None:
    assert allowed(schema) == words


@pytest.mark.parametrize(
    ("schema", "shown"),
    [({"default": None}, "`null`"), ({"default": "ü"}, '`"ü"`'), ({"default": False}, "`false`"), ({}, "")],
)
def test_defaults_are_json(schema: Schema, shown: str) -> None:
    assert default(schema) == shown


def test_cells_may_hold_anything() -> None:
    assert table(["a", "b"], [["x | y", "two\nlines"]]) == "| a | b |\n| --- | --- |\n| x \\| y | two lines |\n"
