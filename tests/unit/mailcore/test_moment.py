from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from mailcore.moment import Moment

MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)
NINE = datetime(2026, 3, 1, 9, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01T09:00:00Z",
        "2026-03-01t09:00:00z",
        "2026-03-01 09:00:00+00:00",
        "2026-03-01T18:00:00+09:00",
        "2026-02-28T23:00:00.000-10:00",
        "2026-03-01T09:00:00.000000000Z",
    ],
)
def test_rfc_3339_is_read(text: str) -> None:
    assert MOMENT.validate_json(f'"{text}"', strict=True) == NINE
    assert MOMENT.validate_python(text) == NINE
    assert MOMENT.validate_python(text).tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "1772355600",
        "2026-03-01",
        "2026-03-01T09:00Z",
        "2026-03-01T09:00:00",
        "2026-03-01T25:00:00Z",
        "2026-13-01T09:00:00Z",
        "٢٠٢٦-03-01T09:00:00Z",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "yesterday",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        MOMENT.validate_python(text)


def test_a_number_is_no_moment() -> None:
    with pytest.raises(ValidationError):
        MOMENT.validate_json("1772355600", strict=True)
