import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fakes.contents import MemoryContents

from ingress.intake import Intake
from mailcore.errors import ContentAway, StorageFull
from mailcore.mail.content import INLINE_LIMIT, InlineContent, StoredContent


async def filled(contents: MemoryContents, *pieces: bytes) -> Intake:
    intake = Intake(contents)
    for piece in pieces:
        await intake.write(piece)
    return intake


@pytest.mark.parametrize("size", [1, INLINE_LIMIT - 1, INLINE_LIMIT])
async def test_small_content_stays_inline(size: int) -> None:
    contents = MemoryContents()
    intake = await filled(contents, b"x" * size)
    assert await intake.content() == InlineContent(b"x" * size)
    assert contents.pieces == []


async def test_one_octet_more_goes_to_the_store() -> None:
    contents = MemoryContents()
    intake = await filled(contents, b"x" * INLINE_LIMIT, b"y")
    content = await intake.content()
    assert content == StoredContent("content-1", INLINE_LIMIT + 1)
    assert contents.stored == {"content-1": b"x" * INLINE_LIMIT + b"y"}
    assert not contents.open


@settings(max_examples=30)
@given(sizes=st.lists(st.integers(min_value=1, max_value=50_000), max_size=12))
async def test_pieces_of_any_size_come_out_as_they_came(sizes: list[int]) -> None:
    contents = MemoryContents()
    pieces = [bytes([65 + at]) * size for at, size in enumerate(sizes)]
    intake = await filled(contents, *pieces)
    content = await intake.content()
    kept = content.octets if isinstance(content, InlineContent) else contents.stored[content.key]
    assert kept == b"".join(pieces)
    assert content.size == intake.size == sum(sizes)


async def test_little_is_in_memory() -> None:
    contents = MemoryContents()
    await filled(contents, *[b"x" * 1000] * 1000)
    assert max(contents.pieces) <= INLINE_LIMIT + 1000
    assert sum(contents.pieces) >= 1_000_000 - INLINE_LIMIT


@pytest.mark.parametrize("failure", [ContentAway(), StorageFull()])
async def test_a_store_that_fails_while_writing_is_remembered(failure: ContentAway | StorageFull) -> None:
    contents = MemoryContents()
    intake = await filled(contents, b"x" * INLINE_LIMIT, b"y")
    contents.failure = failure
    await intake.write(b"z" * INLINE_LIMIT * 2)
    contents.failure = None
    await intake.write(b"more")
    assert not contents.open
    assert intake.size == 3 * INLINE_LIMIT + 5
    with pytest.raises(type(failure)):
        await intake.content()


async def test_a_store_that_cannot_begin_is_remembered() -> None:
    contents = MemoryContents()
    contents.failure = ContentAway()
    intake = await filled(contents, b"x" * (INLINE_LIMIT + 1))
    with pytest.raises(ContentAway):
        await intake.content()


async def test_a_store_that_fails_at_the_end_raises() -> None:
    contents = MemoryContents()
    intake = await filled(contents, b"x" * (INLINE_LIMIT + 1))
    contents.failure = StorageFull()
    with pytest.raises(StorageFull):
        await intake.content()
    await intake.discard()
    assert not contents.open


async def test_discarded_content_leaves_nothing() -> None:
    contents = MemoryContents()
    intake = await filled(contents, b"x" * (INLINE_LIMIT + 1))
    assert contents.open
    await intake.discard()
    await intake.discard()
    assert not contents.open
    assert not contents.stored
