"""What of a digest a reader gets."""

import pytest
from tests import builders

from mailcore.directory.list_digest import DigestReader, Slice, Variant
from mailcore.errors import Malformed
from maildecide.lists.digest.issue import Made, contents_of, decode, encode, message_for
from maildecide.lists.posted import Posted

WHOLE = Slice(4, 9)


@pytest.mark.parametrize(
    ("after", "until", "expected"),
    [
        (0, None, WHOLE),
        (4, None, WHOLE),
        (6, None, Slice(6, 9)),
        (9, None, None),
        (12, None, None),
        (0, 6, Slice(4, 6)),
        (0, 20, WHOLE),
        (0, 4, None),
        (5, 7, Slice(5, 7)),
        (7, 5, None),
    ],
)
def test_a_reader_gets_the_posts_of_his_time_with_digests(
    after: int, until: int | None, expected: Slice | None
) -> None:
    reader = DigestReader(1, "k", "ken@example.org", "plain", after, until)
    assert reader.variant_of(WHOLE) == (None if expected is None else Variant(expected, "plain"))


def made(numbers: Slice, *formats: str) -> list[Made]:
    return [Made(Variant(numbers, one), Posted(builders.a_mail())) for one in formats]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        ([*made(WHOLE, "mime", "plain"), *made(Slice(6, 9), "mime", "plain")], Variant(Slice(6, 9), "mime")),
        ([*made(WHOLE, "mime", "plain"), *made(Slice(6, 9), "plain")], Variant(Slice(6, 9), "plain")),
        ([*made(Slice(4, 5), "mime"), *made(WHOLE, "plain", "mime")], Variant(WHOLE, "mime")),
        ([*made(Slice(4, 5), "mime"), *made(WHOLE, "plain")], Variant(WHOLE, "plain")),
        ([], None),
    ],
)
def test_who_changed_something_meanwhile_gets_the_nearest(there: list[Made], expected: Variant | None) -> None:
    found = message_for(there, Variant(Slice(6, 9), "mime"), WHOLE)
    assert (None if found is None else found.variant) == expected


def test_what_is_kept_is_read_again() -> None:
    kept = made(WHOLE, "mime", "plain")
    assert decode(encode(kept)) == tuple(kept)
    assert contents_of(kept) == ()
    with pytest.raises(Malformed):
        decode(b"\xc1")
