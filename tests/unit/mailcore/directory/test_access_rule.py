from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from mailcore.directory.access_rule import AccessRuleFields


@pytest.mark.parametrize("kind", ["ban", "pass"])
def test_bans_and_passes_take_names(kind: str) -> None:
    assert AccessRuleFields.model_validate({"kind": kind, "match": ".Example.net"}).match == ".example.net"


def test_defaults() -> None:
    rule = AccessRuleFields(kind="ban", match="192.0.2.1")
    assert (rule.position, rule.comment, rule.expires_at) == (None, "", None)


def test_a_moment_with_its_offset() -> None:
    rule = AccessRuleFields.model_validate(
        {"kind": "ban", "match": "192.0.2.1", "expires_at": "2026-03-01T09:00:00+09:00"}
    )
    assert rule.expires_at == datetime(2026, 3, 1, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "loc"),
    [
        ({"kind": "relay", "match": ".example.net"}, "match"),
        ({"kind": "block"}, "kind"),
        ({"match": "nonsense"}, "match"),
        ({"match": "x" * 400}, "match"),
        ({"position": 0}, "position"),
        ({"comment": "a\nb"}, "comment"),
        ({"expires_at": "2026-03-01T09:00:00"}, "expires_at"),
        ({"expires_at": "soon"}, "expires_at"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_wrong_is_named(given: dict[str, Any], loc: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        AccessRuleFields.model_validate({"kind": "ban", "match": "192.0.2.1"} | given)
    assert [error["loc"] for error in refusal.value.errors()] == [(loc,)]
