"""`/lists/{list}/posts`: the archive of a list, searched, read, and what is taken out of it."""

from pathlib import Path
from uuid import UUID

import httpx
import pytest
from sqlalchemy import update
from tests import builders

from mailcore.db import list_posts
from mailcore.db.list_posts import NewPost, Opened
from mailcore.db.tables import list_post
from mailcore.mail.content import InlineContent
from mailcore.platform import Platform
from maildecide.lists.archive import words_of
from maildecide.lists.posted import Posted, encode

LIST = "birds@example.com"
POSTS = f"/lists/{LIST}/posts"
BODY = "\r\n今朝、青鷺を見ました。\r\n".encode()
SUBJECTS = ("Herons", "アオサギ", "storks")


@pytest.fixture
async def kept(api: httpx.AsyncClient, platform: Platform) -> None:
    """Keep three posts, of which the last is being sent out."""
    await api.post("/domains", json={"name": "example.com"})
    answer = await api.post("/lists", json={"address": LIST, "name": "birds", "owner": "ayumi@example.org"})
    for number, subject in enumerate(SUBJECTS, start=1):
        await keep(platform, answer.json()["id"], number, subject)


async def keep(platform: Platform, list_id: int, number: int, subject: str) -> None:
    header = f"From: ken@example.org\r\nSubject: {subject}\r\n".encode()
    mail = builders.a_mail(
        trace_fields=b"", header=header, content=InlineContent(header + BODY), body_start=len(header)
    )
    post = NewPost(
        id=str(UUID(int=number)),
        list_id=list_id,
        list=LIST,
        message_id=str(UUID(int=100 + number)),
        at=1_767_225_600.0 + number * 86_400,
        poster="ken@example.org",
        subject=subject,
        size=mail.size,
        mail=b"",
    )
    words = words_of(mail, post.poster, BODY)
    async with platform.database.transaction() as connection:
        await list_posts.accept(connection, post, post.at)
        stored = await list_posts.get(connection, post.id)
        assert stored is not None
        await list_posts.open_up(connection, stored, Opened(encode(Posted(mail)), None, mail.size, words, 1), post.at)
        if number < len(SUBJECTS):
            await list_posts.served(connection, stored, post.at, keep=True)


async def found(api: httpx.AsyncClient, **params: str | int) -> list[int]:
    answer = await api.get(POSTS, params=params)
    assert answer.status_code == 200, answer.text
    return [post["number"] for post in answer.json()["items"]]


@pytest.mark.usefixtures("kept")
async def test_they_are_found_newest_first(api: httpx.AsyncClient) -> None:
    assert await found(api) == [3, 2, 1]
    assert await found(api, first=1, last=2) == [2, 1]
    assert await found(api, subject="ｱｵｻｷﾞ") == [2]
    assert await found(api, text="青鷺", until="2026-01-03T00:00:00Z") == [1]
    assert await found(api, since="2026-01-03T09:00:00+09:00", until="2026-01-03T09:00:01+09:00") == [2]
    assert await found(api, since="2026-01-03T09:00:00.5+09:00") == [3]
    assert await found(api, poster="nobody") == []
    page = (await api.get(POSTS, params={"limit": 2})).json()
    assert await found(api, limit=2, cursor=page["next"]) == [1]


@pytest.mark.usefixtures("kept")
async def test_one_is_shown_and_read(api: httpx.AsyncClient) -> None:
    shown = (await api.get(f"{POSTS}/2")).json()
    size = shown.pop("size")
    assert shown == {
        "number": 2,
        "message_id": str(UUID(int=102)),
        "at": "2026-01-03T00:00:00Z",
        "poster": "ken@example.org",
        "subject": "アオサギ",
    }
    content = await api.get(f"{POSTS}/2/content")
    assert content.headers["content-type"] == "message/rfc822"
    assert content.content == "From: ken@example.org\r\nSubject: アオサギ\r\n".encode() + BODY
    assert len(content.content) == size


@pytest.mark.usefixtures("kept")
async def test_one_whose_content_is_lost_is_shown_and_cannot_be_read(
    api: httpx.AsyncClient, platform: Platform, tmp_path: Path
) -> None:
    writer = await platform.content.create()
    await writer.write(BODY)
    stored = await writer.commit()
    header = b"From: ken@example.org\r\n"
    mail = builders.a_mail(trace_fields=b"", header=header, content=stored, body_start=0)
    async with platform.database.transaction() as connection:
        values = {"mail": encode(Posted(mail)), "content": stored.key}
        await connection.execute(update(list_post).where(list_post.c.number == 2).values(values))
    assert (await api.get(f"{POSTS}/2/content")).content == header + BODY
    (file,) = tmp_path.rglob(stored.key)
    file.unlink()
    lost = await api.get(f"{POSTS}/2/content")
    assert (lost.status_code, lost.headers["content-type"]) == (410, "application/problem+json")
    assert (await api.get(f"{POSTS}/2")).status_code == 200
    # Not so when the store itself is away.
    (file.parent.parent / "tmp").rmdir()
    assert (await api.get(f"{POSTS}/2/content")).status_code == 503
    assert (await api.delete(f"{POSTS}/2")).status_code == 204


@pytest.mark.usefixtures("kept")
async def test_one_is_taken_out_once_and_that_is_noted(api: httpx.AsyncClient) -> None:
    assert (await api.delete(f"{POSTS}/2")).status_code == 204
    assert (await api.delete(f"{POSTS}/2")).status_code == 404
    assert (await api.get(f"{POSTS}/2/content")).status_code == 404
    assert (await api.delete(f"{POSTS}/3")).status_code == 409
    assert await found(api) == [3, 1]
    (noted,) = (await api.get("/audit", params={"entity": "archived_post"})).json()["items"]
    assert (noted["action"], noted["key"]) == ("delete", f"{LIST}/2")
    assert noted["before"] == {"poster": "ken@example.org", "subject": "アオサギ"}


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{POSTS}/9", 404),
        (f"{POSTS}/0", 422),
        (f"{POSTS}/9223372036854775808", 422),
        (f"{POSTS}/x/content", 422),
        ("/lists/none@example.com/posts", 404),
        (f"{POSTS}?cursor=bm9uc2Vuc2U", 422),
        (f"{POSTS}?text=%00", 422),
        (f"{POSTS}?since=yesterday", 422),
        (f"{POSTS}?since=2026-01-03T00:00:00", 422),
    ],
)
async def test_what_is_asked_wrongly_is_told(api: httpx.AsyncClient, path: str, status: int) -> None:
    assert (await api.get(path)).status_code == status


@pytest.mark.usefixtures("kept")
async def test_nobody_reads_them_without_a_token(api: httpx.AsyncClient) -> None:
    for path in (POSTS, f"{POSTS}/2", f"{POSTS}/2/content"):
        assert (await api.get(path, headers={"Authorization": ""})).status_code == 401
