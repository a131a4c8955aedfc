"""The page on which anybody asks to join a list: what it shows to whom, and what comes of it."""

import re
from html import unescape
from time import time
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from sqlalchemy import insert, select
from tests.integration.admin_api.conftest import NewVisitor

from admin_api.list_requests import MOST_ASKED, MOST_ASKED_AROUND
from mailcore.db.list_tokens import DAY, MOST_CONFIRMATIONS
from mailcore.db.tables import delivery_job, list_confirmation
from mailcore.list_jobs import KIND, Notice, decode
from mailcore.platform import Platform

LIST, KEN = "birds@example.com", "ken@example.org"
PAGE = f"/s/{LIST}"


async def make_list(api: httpx.AsyncClient, **fields: object) -> None:
    await api.post("/domains", json={"name": "example.com"})
    made = {"address": LIST, "name": "birds", "owner": "ada@example.org", "subscription_page": True, **fields}
    answer = await api.post("/lists", json=made)
    assert answer.status_code == 201, answer.text


async def notices(platform: Platform) -> list[Notice]:
    async with platform.database.read() as connection:
        query = select(delivery_job.c.payload).where(delivery_job.c.kind == KIND).order_by(delivery_job.c.created_at)
        tasks = [decode(payload) for payload in (await connection.execute(query)).scalars()]
    return [task for task in tasks if isinstance(task, Notice)]


async def members(api: httpx.AsyncClient) -> list[tuple[str, str]]:
    return [(one["address"], one["name"]) for one in (await api.get(f"/lists/{LIST}/members")).json()["items"]]


def ticket_in(page: str) -> str:
    found = re.search(r'name="ticket" value="([^"]+)"', page)
    assert found is not None, page
    return found[1]


async def sent(public: httpx.AsyncClient, address: str = KEN, name: str = "", **changes: Any) -> httpx.Response:
    """Open the page, and send what is written into it."""
    ticket = ticket_in((await public.get(PAGE)).text)
    return await public.post(PAGE, data={"address": address, "name": name, "ticket": ticket, **changes})


async def test_the_page_is_in_the_lists_language_and_looking_changes_nothing(
    public: httpx.AsyncClient, api: httpx.AsyncClient, platform: Platform
) -> None:
    await make_list(api, language="ja", display_name="鳥<の>会", description="水辺の鳥 & 野鳥")
    for path in (PAGE, "/s/BIRDS%40Example.COM"):
        seen = await public.get(path)
        assert (seen.status_code, seen.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert (seen.headers["cache-control"], seen.headers["referrer-policy"]) == ("no-store", "no-referrer")
        for text in ('<html lang="ja">', "<h1>鳥&lt;の&gt;会 への登録</h1>", "<p>水辺の鳥 &amp; 野鳥</p>"):
            assert text in seen.text
    assert (await public.get(PAGE, params={"address": KEN})).text.count(KEN) == 0
    head = await public.head(PAGE)
    assert (head.status_code, head.content) == (200, b"")
    assert (await public.put(PAGE)).status_code == 405
    assert await notices(platform) == []


@pytest.mark.parametrize("subscription", ["open", "confirm"])
async def test_who_asks_is_a_member_once_he_has_answered(
    public: httpx.AsyncClient, api: httpx.AsyncClient, platform: Platform, subscription: str
) -> None:
    await make_list(api, subscription=subscription)
    answer = await sent(public, "Ken@例え.example.org", " 健\u200d \r\n一 ")
    assert (answer.status_code, "A message goes to Ken@xn--r8jz45g.example.org." in answer.text) == (200, True)
    assert await members(api) == []
    (asked,) = await notices(platform)
    assert (asked.template, asked.to) == ("confirm_subscribe", "Ken@xn--r8jz45g.example.org")
    done = await public.post(f"/c/{asked.token}", data={"answer": "approve"})
    assert (done.status_code, "is a member of birds now" in done.text) == (200, True)
    assert await members(api) == [("Ken@xn--r8jz45g.example.org", "健 一")]


@pytest.mark.parametrize("subscription", ["approve", "confirm_and_approve"])
async def test_where_the_owner_decides_he_is_asked_after_the_answer_and_not_about_members(
    public: httpx.AsyncClient, api: httpx.AsyncClient, platform: Platform, subscription: str
) -> None:
    await make_list(api, subscription=subscription)
    await sent(public, KEN, "Ken")
    await sent(public, KEN, "Ken")
    first, second = await notices(platform)
    said = await public.post(f"/c/{first.token}", data={"answer": "approve"})
    assert "The owner of birds has been asked" in said.text
    request = (await notices(platform))[-1]
    assert (request.template, request.to, request.values["member"]) == ("join_request", "ada@example.org", KEN)
    await public.post(f"/c/{request.token}", data={"answer": "approve"})
    assert await members(api) == [(KEN, "Ken")]
    again = await public.post(f"/c/{second.token}", data={"answer": "approve"})
    assert f"{KEN} is a member of birds already." in again.text
    assert [one.template for one in await notices(platform)].count("join_request") == 1


async def test_a_list_without_a_page_is_as_one_that_is_not_there(
    public: httpx.AsyncClient, api: httpx.AsyncClient, platform: Platform
) -> None:
    await make_list(api)
    ticket = ticket_in((await public.get(PAGE)).text)
    unknown = await public.get("/s/fish@example.com")
    assert (unknown.status_code, "nothing at this link" in unknown.text) == (404, True)
    for hidden in ({"subscription_page": False}, {"subscription_page": True, "subscription": "closed"}):
        await api.patch(f"/lists/{LIST}", json=hidden)
        for answer in (
            await public.get(PAGE),
            await public.post(PAGE, data={"address": KEN, "ticket": ticket}),
        ):
            assert (answer.status_code, answer.content) == (404, unknown.content)
            assert answer.headers.keys() == unknown.headers.keys()
    paths = (
        "",
        "x",
        "birds",
        "birds-owner@example.com",
        "a@[192.0.2.1]",
        quote("\0@example.com"),
        "%ff@example.com",
        LIST + "/",
    )
    for path in paths:
        answer = await public.get(f"/s/{path}")
        assert (answer.status_code, answer.content) == (404, unknown.content), path
    assert await notices(platform) == []


async def test_nobody_finds_out_who_is_a_member_or_what_else_an_address_is(
    public: httpx.AsyncClient, api: httpx.AsyncClient, platform: Platform
) -> None:
    await make_list(api, subscription="open")
    await api.post(f"/lists/{LIST}/members", json={"address": KEN})
    pages = {
        (await sent(public, address)).text.replace(address, "")
        for address in (KEN, "new@example.org", "nobody@example.com", LIST, *["much@example.org"] * 4)
    }
    assert len(pages) == 1
    told = [(one.template, one.to) for one in await notices(platform)]
    assert told.count(("confirm_subscribe", "much@example.org")) == MOST_CONFIRMATIONS
    assert (("confirm_subscribe", KEN) in told, ("confirm_subscribe", LIST) in told) == (True, False)


async def test_what_another_site_sends_or_has_waited_is_shown_once_more(
    public: httpx.AsyncClient, api: httpx.AsyncClient, platform: Platform, new_visitor: NewVisitor
) -> None:
    await make_list(api)
    ticket = ticket_in((await public.get(PAGE)).text)
    good = {"address": KEN, "name": '"><b>', "ticket": ticket}
    other_ticket = ticket[:-1] + ("A" if ticket[-1] != "A" else "B")
    for fields in (good | {"ticket": ""}, good | {"ticket": other_ticket}, {"address": KEN}):
        again = await public.post(PAGE, data=fields)
        assert (again.status_code, "Please send it once more." in again.text) == (403, True)
        assert f'value="{KEN}"' in again.text
        assert "<b>" not in again.text
    elsewhere = await public.post(PAGE, data=good, headers={"Sec-Fetch-Site": "cross-site"})
    assert elsewhere.status_code == 403
    stolen = await new_visitor("192.0.2.8").post(PAGE, data=good)
    assert stolen.status_code == 403
    huge = await public.post(PAGE, content=b"address=" + b"x" * 20_000)
    assert huge.status_code == 403
    assert await notices(platform) == []
    same = await public.post(PAGE, data=good, headers={"Sec-Fetch-Site": "same-origin"})
    assert (same.status_code, len(await notices(platform))) == (200, 1)
    shown = ticket_in((await public.post(PAGE, data={"address": KEN})).text)
    assert (await public.post(PAGE, data={"address": KEN, "ticket": shown})).status_code == 200


@pytest.mark.parametrize(
    "address", ["", "ken", "ken@", "<ken@example.org>", "a@example.org, b@example.org", "\ud7ff@x y"]
)
async def test_what_is_no_address_is_said_beside_the_field(
    public: httpx.AsyncClient, api: httpx.AsyncClient, platform: Platform, address: str
) -> None:
    await make_list(api)
    answer = await sent(public, address, "Ken")
    assert (answer.status_code, 'role="alert">This is no mail address.' in answer.text) == (422, True)
    assert 'aria-describedby="problem"' in answer.text
    (shown,) = re.findall(r'name="address" value="([^"]*)"', answer.text)
    assert unescape(shown) == address
    assert await notices(platform) == []


async def test_one_client_asks_so_often_on_a_day(public: httpx.AsyncClient, api: httpx.AsyncClient) -> None:
    await make_list(api, language="ja")
    ticket = ticket_in((await public.get(PAGE)).text)
    for n in range(MOST_ASKED):
        answer = await public.post(PAGE, data={"address": f"a{n}@example.org", "ticket": ticket})
        assert answer.status_code == 200
    many = await public.post(PAGE, data={"address": KEN, "ticket": ticket})
    assert (many.status_code, many.headers["retry-after"]) == (429, "86400")
    assert "birds-request@example.com" in many.text


async def test_so_do_all_of_a_network(
    public: httpx.AsyncClient, api: httpx.AsyncClient, platform: Platform, new_visitor: NewVisitor
) -> None:
    await make_list(api)
    day = int(time() // DAY)
    full = {"address": "page 192.0.2.0/24", "day": day, "count": MOST_ASKED_AROUND}
    async with platform.database.transaction() as connection:
        await connection.execute(insert(list_confirmation), [full, full | {"day": day + 1}])
    assert (await sent(public)).status_code == 429
    assert (await sent(new_visitor("198.51.100.7"))).status_code == 200
