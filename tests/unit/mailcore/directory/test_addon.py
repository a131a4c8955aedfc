from typing import Any

import pytest
from pydantic import ValidationError

from mailcore.directory.addon import AddonFields

SCAN = {"name": "scan", "command": ["scan.py"]}


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"name": ""}, ("name",)),
        ({"command": []}, ("command",)),
        ({"command": [""]}, ("command",)),
        ({"command": ["a\0b"]}, ("command", 0)),
        ({"command": ["scan.py", "x" * 4097]}, ("command", 1)),
        ({"command": ["scan.py", *["飛" * 1000] * 3]}, ("command",)),
        ({"command": ["scan.py"] * 101}, ("command",)),
        ({"command": "scan.py; rm"}, ("command",)),
        ({"command": None}, ()),
        ({"url": "https://hooks.test/"}, ()),
        ({"command": None, "url": ""}, ("url",)),
        ({"scope": "a b"}, ("scope",)),
        ({"scope": "unknown:ada@example.com"}, ("scope",)),
        ({"scope": ""}, ("scope",)),
        ({"position": 0}, ("position",)),
        ({"enabled": "perhaps"}, ("enabled",)),
        ({"shell": True}, ("shell",)),
    ],
)
def test_refused_where_the_mistake_is(fields: dict[str, Any], where: tuple[str | int, ...]) -> None:
    with pytest.raises(ValidationError) as refused:
        AddonFields.model_validate(SCAN | fields)
    assert refused.value.errors()[0]["loc"] == where


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("server", "server"),
        ("Example.COM", "example.com"),
        ("飛脚.example", "xn--w40al00c.example"),
        ("unknown:Example.com", "unknown:example.com"),
        ("Ada@Example.com", "Ada@example.com"),
    ],
)
def test_scopes_have_one_form(written: str, stored: str) -> None:
    assert AddonFields.model_validate(SCAN | {"scope": written}).scope == stored


def test_words_of_a_command_stay_as_they_are() -> None:
    words = ["scan.py", "", "$(id)", "; rm -rf", "飛脚", "a\nb"]
    assert AddonFields.model_validate(SCAN | {"command": words}).command == tuple(words)
