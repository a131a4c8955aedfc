import pytest

from mailcore.db.paging import Page, number_cursor
from mailcore.errors import Invalid


@pytest.mark.parametrize(
    ("found", "items", "after"),
    [([], (), None), ([1], (1,), None), ([1, 2], (1, 2), None), ([1, 2, 3], (1, 2), "2")],
)
def test_one_more_than_the_limit_means_another_page(
    found: list[int], items: tuple[int, ...], after: str | None
) -> None:
    assert Page.of(found, 2, str) == Page(items, after)


@pytest.mark.parametrize("cursor", ["0", "17", str(2**63 - 1)])
def test_number_is_a_cursor(cursor: str) -> None:
    assert str(number_cursor(cursor)) == cursor


@pytest.mark.parametrize("cursor", ["", "x", "-1", "1.5", "²", str(2**63), "9" * 400])
def test_anything_else_is_none(cursor: str) -> None:
    with pytest.raises(Invalid):
        number_cursor(cursor)
