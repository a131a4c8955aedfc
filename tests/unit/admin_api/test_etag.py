import pytest

from admin_api.etag import is_not_modified, quoted, versions


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (None, False),
        ('"7"', True),
        ('W/"7"', True),
        ('"6", "7"', True),
        ("*", True),
        ('"8"', False),
        ("7", False),
        ("", False),
    ],
)
def test_if_none_match_is_compared_weakly(field: str | None, expected: bool) -> None:
    assert is_not_modified(field, quoted("7")) is expected


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (None, None),
        ("*", None),
        ('"7"', {"7"}),
        ('"6","7"', {"6", "7"}),
        ('W/"7"', set()),
        ('W/"6", "7"', {"7"}),
        ("7", set()),
    ],
)
def test_if_match_is_compared_strongly(field: str | None, expected: set[str] | None) -> None:
    assert versions(field) == expected
