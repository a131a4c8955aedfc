"""The local content store on a real file system."""

import asyncio
import stat
from pathlib import Path

import pytest

from mailcore.content.local import PIECE, LocalContentStore
from mailcore.errors import ContentAway, ContentMissing
from mailcore.mail.content import StoredContent


async def stored(store: LocalContentStore, *pieces: bytes) -> StoredContent:
    writer = await store.create()
    for piece in pieces:
        await writer.write(piece)
    return await writer.commit()


async def read_all(store: LocalContentStore, content: StoredContent, start: int = 0, end: int | None = None) -> bytes:
    return b"".join([piece async for piece in store.read(content, start, end)])


async def listed(store: LocalContentStore) -> list[str]:
    found = store.keys()
    return [key async for key, _ in found]


async def test_gives_back_what_was_written(tmp_path: Path) -> None:
    store = LocalContentStore(tmp_path / "content")
    octets = bytes(range(256)) * 4096
    content = await stored(store, octets[:10], octets[10:300_000], b"", octets[300_000:])
    assert content.size == len(octets)
    assert await read_all(store, content) == octets
    assert await read_all(store, content, 5, 7) == octets[5:7]
    assert await read_all(store, content, PIECE - 1) == octets[PIECE - 1 :]
    assert await read_all(store, content, len(octets)) == b""
    assert [len(piece) async for piece in store.read(content)] == [PIECE] * 4


async def test_empty_content_is_content(tmp_path: Path) -> None:
    store = LocalContentStore(tmp_path / "content")
    content = await stored(store)
    assert (content.size, await read_all(store, content)) == (0, b"")


async def test_is_for_our_eyes_only(tmp_path: Path) -> None:
    store = LocalContentStore(tmp_path / "content")
    await stored(store, b"secret")
    for path in [tmp_path / "content", *(tmp_path / "content").rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


async def test_aborted_content_leaves_nothing(tmp_path: Path) -> None:
    store = LocalContentStore(tmp_path / "content")
    writer = await store.create()
    await writer.write(b"x" * (PIECE + 1))
    await writer.abort()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


async def test_a_cancelled_create_leaves_nothing(tmp_path: Path) -> None:
    store = LocalContentStore(tmp_path / "content")
    creating = asyncio.ensure_future(store.create())
    await asyncio.sleep(0)
    creating.cancel()
    with pytest.raises(asyncio.CancelledError):
        await creating
    async with asyncio.timeout(5):
        while list((tmp_path / "content" / "tmp").glob("*")) or not (tmp_path / "content" / "tmp").is_dir():
            await asyncio.sleep(0.01)


async def test_uncommitted_content_is_no_key(tmp_path: Path) -> None:
    store = LocalContentStore(tmp_path / "content")
    await store.create()
    committed = await stored(store, b"x")
    assert await listed(store) == [committed.key]


async def test_leftovers_of_killed_writers_are_removed(tmp_path: Path) -> None:
    store = LocalContentStore(tmp_path / "content")
    await store.create()
    assert await store.remove_leftovers(before=0) == 0
    assert await store.remove_leftovers(before=2**40) == 1
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


async def test_removal_repeats_harmlessly(tmp_path: Path) -> None:
    store = LocalContentStore(tmp_path / "content")
    content = await stored(store, b"x")
    await store.remove(content.key)
    await store.remove(content.key)
    with pytest.raises(ContentMissing):
        await read_all(store, content)


@pytest.mark.parametrize("key", ["../../etc/passwd", "", "a" * 31, "A" * 32, "a" * 32 + "\n", "/" + "a" * 31])
async def test_a_key_from_outside_names_no_path(tmp_path: Path, key: str) -> None:
    store = LocalContentStore(tmp_path / "content")
    with pytest.raises(ContentMissing):
        await read_all(store, StoredContent(key, 1))
    with pytest.raises(ContentMissing):
        await store.remove(key)


async def test_content_cut_short_is_missing(tmp_path: Path) -> None:
    store = LocalContentStore(tmp_path / "content")
    content = await stored(store, b"0123456789")
    (tmp_path / "content" / content.key[:2] / content.key).write_bytes(b"0123")
    with pytest.raises(ContentMissing):
        await read_all(store, content)


async def test_a_store_that_is_not_there_is_away(tmp_path: Path) -> None:
    store = LocalContentStore(tmp_path / "content")
    with pytest.raises(ContentAway):
        await read_all(store, StoredContent("a" * 32, 1))


async def test_keys_of_a_store_never_used(tmp_path: Path) -> None:
    store = LocalContentStore(tmp_path / "content")
    assert await listed(store) == []
