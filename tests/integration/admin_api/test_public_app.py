"""The links by which members leave a list (RFC 8058)."""

import asyncio

import httpx
import pytest
from sqlalchemy import select

from mailcore.db.tables import delivery_job
from mailcore.list_jobs import Notice, decode
from mailcore.list_links import Link
from mailcore.platform import Platform

LIST, KEN = "birds@example.com", "ken@example.org"
SAID = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
async def link(api: httpx.AsyncClient, platform: Platform) -> str:
    """Make a list with two members; give the path of one's link."""
    await api.post("/domains", json={"name": "example.com"})
    made = (await api.post("/lists", json={"address": LIST, "name": "birds", "owner": "ada@example.org"})).json()
    await api.post(f"/lists/{LIST}/members", json={"address": "bea@example.org"})
    assert (await api.post(f"/lists/{LIST}/members", json={"address": KEN})).status_code == 201
    return f"/l/{platform.list_links.token(Link(made['id'], 2))}"


async def members(api: httpx.AsyncClient) -> list[str]:
    return [one["address"] for one in (await api.get(f"/lists/{LIST}/members")).json()["items"]]


async def test_looking_changes_nothing(public: httpx.AsyncClient, api: httpx.AsyncClient, link: str) -> None:
    seen = await public.get(link)
    assert (seen.status_code, seen.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert f"{KEN} gets the posts" in seen.text
    assert seen.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert (seen.headers["cache-control"], seen.headers["referrer-policy"]) == ("no-store", "no-referrer")
    head = await public.head(link)
    assert (head.status_code, head.content) == (200, b"")
    assert await members(api) == ["bea@example.org", KEN]


@pytest.mark.parametrize("form", ["urlencoded", "multipart"])
async def test_one_click_leaves_at_once_and_once(
    public: httpx.AsyncClient, api: httpx.AsyncClient, platform: Platform, link: str, form: str
) -> None:
    await api.patch(f"/lists/{LIST}", json={"notify_owner": True})
    said = {"data": SAID} if form == "urlencoded" else {"files": {name: (None, value) for name, value in SAID.items()}}
    left = await public.post(link, **said)
    assert left.status_code == 200
    assert f"{KEN} has left" in left.text
    assert await members(api) == ["bea@example.org"]
    for again in (await public.post(link, data=SAID), await public.get(link)):
        assert again.status_code == 200
        assert "not on the mailing list birds any more" in again.text
    async with platform.database.read() as connection:
        payloads = (await connection.execute(select(delivery_job.c.payload))).scalars().all()
    told = [(one.template, one.to) for one in map(decode, payloads) if isinstance(one, Notice)]
    assert sorted(told) == [("goodbye", KEN), ("left", "ada@example.org")]
    (noted,) = (await api.get("/audit", params={"entity": "list_member", "author": "link"})).json()["items"]
    assert noted["action"] == "delete"


async def test_of_two_clicks_at_once_both_are_answered(
    public: httpx.AsyncClient, api: httpx.AsyncClient, link: str
) -> None:
    answers = await asyncio.gather(*(public.post(link, data=SAID) for _ in range(2)))
    assert [answer.status_code for answer in answers] == [200, 200]
    assert await members(api) == ["bea@example.org"]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "application/x-www-form-urlencoded"),
        (b"List-Unsubscribe=Two-Clicks", "application/x-www-form-urlencoded"),
        (b"List-Unsubscribe=One-Click&" + b"x" * 20_000, "application/x-www-form-urlencoded"),
        (b"List-Unsubscribe=One-Click", "multipart/form-data"),
        (b"\xff\x00", "multipart/form-data; boundary=b"),
        (b"\xff\x00", "multipart/form-data; charset=idna"),
        (b"--b\r\n\r\nList-Unsubscribe=One-Click", f"multipart/form-data; boundary={'(' * 2000}b"),
        (b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" * 300, "multipart/form-data; boundary=b"),
    ],
)
async def test_what_does_not_say_so_does_nothing(
    public: httpx.AsyncClient, api: httpx.AsyncClient, link: str, content: bytes, kind: str
) -> None:
    answer = await public.post(link, content=content, headers={"Content-Type": kind})
    assert (answer.status_code, "List-Unsubscribe=One-Click" in answer.text) == (400, True)
    assert await members(api) == ["bea@example.org", KEN]


async def test_a_link_that_is_none(public: httpx.AsyncClient, platform: Platform, link: str) -> None:
    unknown_list = f"/l/{platform.list_links.token(Link(999, 1))}"
    for path in ("/l/", "/l/x", link[:-1], f"{link[:-1]}_", unknown_list):
        for answer in (await public.get(path), await public.post(path, data=SAID)):
            assert (answer.status_code, "nothing at this link" in answer.text) == (404, True), path
    assert (await public.put(link)).status_code == 405
    assert (await public.put(link)).headers["allow"] == "GET, HEAD, POST"
    nothing = await public.get("/")
    assert (nothing.status_code, nothing.headers["content-type"]) == (404, "application/problem+json")


async def test_a_list_that_is_not_left_by_a_link(public: httpx.AsyncClient, api: httpx.AsyncClient, link: str) -> None:
    await api.patch(f"/lists/{LIST}", json={"unsubscription": "closed", "language": "ja"})
    answer = await public.post(link, data=SAID)
    assert (answer.status_code, "birds-owner@example.com まで" in answer.text) == (403, True)
    assert await members(api) == ["bea@example.org", KEN]
