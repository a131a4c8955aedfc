"""What changes for digests when a member's way of delivery does."""

from typing import Any

import pytest

from mailcore.db.list_readers import Numbers, digest_columns
from mailcore.directory.list_member import Delivery


@pytest.mark.parametrize(
    ("was", "until", "delivery", "expected"),
    [
        ("digest", None, "digest", {}),
        ("on", None, "on", {}),
        ("on", None, "digest", {"digest_number": 6}),
        ("off", None, "digest", {"digest_number": 6}),
        ("digest", None, "on", {"digest_until": 9}),
        ("on", 7, "digest", {"digest_until": None}),
        ("digest", None, "off", {"digest_until": None}),
        ("on", 7, "off", {"digest_until": None}),
        ("off", None, "on", {}),
    ],
)
def test_nothing_is_missed_between_ways(
    was: Delivery, until: int | None, delivery: Delivery, expected: dict[str, Any]
) -> None:
    assert digest_columns({"delivery": was, "digest_until": until}, delivery, Numbers(9, 6)) == expected
