"""Whether a digest goes out, and up to which post."""

import pytest
from tests.list_builders import a_list

from mailcore.directory.list_digest import MOST_POSTS, Standing, WaitingForDigest
from maildecide.lists.digest.due import last_of_next

DAY = 86_400.0
NOW = 100 * DAY


def post(
    number: int, *, age: float = 0.5, size: int = 10, state: str = "expanded", out: float | None = None
) -> WaitingForDigest:
    """Give a post that came so many days ago, and has been out for as long, or for `out` days."""
    is_out = state in {"expanded", "digest"}
    sent_at = NOW - (age if out is None else out) * DAY if is_out else None
    return WaitingForDigest(str(number), number, NOW - age * DAY, size, state, sent_at)


@pytest.mark.parametrize(
    ("posts", "last_at", "expected"),
    [
        ([], None, None),
        ([post(1)], None, None),
        ([post(1, age=1.0)], None, 1),
        ([post(1, age=1.5), post(2), post(3)], None, 3),
        ([post(1, age=9)], NOW - 0.9 * DAY, None),
        ([post(1, age=9)], NOW - 1.0 * DAY, 1),
        ([post(1, size=100)], NOW, 1),
        ([post(1, size=60), post(2, size=39)], None, None),
        ([post(1, size=60), post(2, size=40), post(3)], None, 2),
        ([post(1, age=2, state="accepted"), post(2)], None, None),
        ([post(1, age=2, state="accepted"), post(2, age=0.9, size=100)], None, None),
        ([post(1, age=2, state="accepted"), post(2, age=1.1), post(3)], None, 3),
        ([post(1, age=2, state="accepted"), post(2, age=1.1), post(3, state="accepted")], None, 2),
        ([post(1, age=7, out=0.9)], None, None),
        ([post(1, age=7, out=1.0), post(2)], None, 2),
        # After days without a processor all are opened at once, and not in their order.
        ([post(1, age=3, state="accepted"), post(2, age=3, out=0)], None, None),
        ([post(1, age=3), post(2, age=3, state="accepted"), post(3, age=3, out=0)], None, 1),
        # Whoever comes to digests while a post is sent out gets it in one.
        ([post(1, age=2, state="open"), post(2)], None, None),
        ([post(1, age=2), post(2, age=2, size=100, state="open"), post(3)], None, 1),
        ([post(1, age=3, state="open"), post(2, age=1.1)], None, 2),
        ([post(1, age=3, size=100, state="open"), post(2, age=1.1)], NOW, 1),
        ([post(1, age=2, state="digest")], None, 1),
        ([post(number, size=0) for number in range(1, MOST_POSTS + 1)], None, MOST_POSTS),
    ],
)
def test_it_goes_out_by_size_and_after_days(
    posts: list[WaitingForDigest], last_at: float | None, expected: int | None
) -> None:
    found = last_of_next(Standing(0, last_at, 0, posts), a_list(digest_max_size=100), NOW)
    assert (None if found is None else found.number) == expected


def test_days_are_those_of_the_list() -> None:
    where = Standing(0, None, 0, [post(1, age=6.9)])
    assert last_of_next(where, a_list(digest_days=7), NOW) is None
    assert last_of_next(where, a_list(digest_days=7), NOW + 0.2 * DAY) is not None
