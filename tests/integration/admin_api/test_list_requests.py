"""What people ask of a list over REST, and answer by a link."""

import asyncio
import re
import time
from secrets import token_bytes
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select
from tests.builders import a_mail

from mailcore.db import list_held, list_rows
from mailcore.db.list_clerk import ListClerk, Occasion
from mailcore.db.list_held import HeldPost
from mailcore.db.tables import delivery_job, list_post
from mailcore.list_deeds import Ask, TokenDetail
from mailcore.list_jobs import KIND, Notice, decode
from mailcore.platform import Platform
from maildecide.message.mail import encode

LIST, KEN = "birds@example.com", "ken@example.org"
REQUESTS = f"/lists/{LIST}/requests"
HELD = str(UUID(int=1))


async def make_list(api: httpx.AsyncClient, **fields: object) -> None:
    await api.post("/domains", json={"name": "example.com"})
    given = {"address": LIST, "name": "birds", "owner": "ada@example.org", **fields}
    assert (await api.post("/lists", json=given)).status_code == 201


async def notices(platform: Platform) -> dict[str, Notice]:
    """Give what the list will write, by template."""
    async with platform.database.read() as connection:
        query = select(delivery_job.c.payload).where(delivery_job.c.kind == KIND)
        found = [decode(payload) for payload in (await connection.execute(query)).scalars()]
    return {one.template: one for one in found if isinstance(one, Notice)}


async def members(api: httpx.AsyncClient) -> list[str]:
    return [one["address"] for one in (await api.get(f"/lists/{LIST}/members")).json()["items"]]


@pytest.mark.parametrize(
    ("subscription", "result", "template"),
    [
        ("open", "done", "welcome"),
        ("confirm", "asked", "confirm_subscribe"),
        ("approve", "waits", "join_request"),
        ("confirm_and_approve", "asked", "confirm_subscribe"),
    ],
)
async def test_people_come_as_the_list_says(
    api: httpx.AsyncClient, platform: Platform, subscription: str, result: str, template: str
) -> None:
    await make_list(api, subscription=subscription)
    answer = await api.post(REQUESTS, json={"wish": "subscribe", "address": KEN, "name": "Ken"})
    assert (answer.status_code, answer.json()) == (200, {"result": result})
    assert list(await notices(platform)) == [template]
    assert await members(api) == ([KEN] if result == "done" else [])


async def test_what_cannot_be_is_a_conflict(api: httpx.AsyncClient) -> None:
    await make_list(api, subscription="closed", unsubscription="closed")
    refused = await api.post(REQUESTS, json={"wish": "subscribe", "address": KEN})
    assert (refused.status_code, "birds-owner@example.com" in refused.json()["detail"]) == (409, True)
    left = await api.post(REQUESTS, json={"wish": "unsubscribe", "address": KEN})
    assert (left.status_code, left.json()) == (200, {"result": "already"})
    for _ in range(3):
        assert (await api.post(REQUESTS, json={"wish": "invite", "address": KEN})).json() == {"result": "asked"}
    limited = await api.post(REQUESTS, json={"wish": "invite", "address": KEN})
    assert limited.status_code == 409
    assert (await api.post(REQUESTS, json={"wish": "join", "address": KEN})).status_code == 422
    assert (await api.post("/lists/none@example.com/requests", json={})).status_code in {404, 422}


async def test_an_invitation_is_accepted_by_its_link_once(
    api: httpx.AsyncClient, public: httpx.AsyncClient, platform: Platform
) -> None:
    await make_list(api, subscription="closed", language="ja")
    await api.post(REQUESTS, json={"wish": "invite", "address": KEN, "text": "鷺の会へ"})
    notice = (await notices(platform))["invitation"]
    assert notice.values["text"] == "鷺の会へ"
    link = f"/c/{notice.token}"
    for _ in range(2):
        page = await public.get(link)
        assert (page.status_code, f"{KEN} はメーリングリスト birds に招待されています。" in page.text) == (200, True)
    assert (await public.head(link)).content == b""
    assert await members(api) == []
    assert (await public.post(link)).status_code == 400
    assert (await public.post(link, data={"answer": "perhaps"})).status_code == 400
    done = await public.post(link, data={"answer": "approve"})
    assert (done.status_code, f"{KEN} を birds に登録しました。" in done.text) == (200, True)
    assert await members(api) == [KEN]
    for again in (await public.get(link), await public.post(link, data={"answer": "reject"})):
        assert "すでに回答済みです。" in again.text
    assert [one["author"] for one in (await api.get("/audit", params={"entity": "list_member"})).json()["items"]] == [
        "link"
    ]


async def test_a_link_of_nobody_is_not_found(
    api: httpx.AsyncClient, public: httpx.AsyncClient, platform: Platform
) -> None:
    await make_list(api)
    await api.post(REQUESTS, json={"wish": "subscribe", "address": KEN})
    token = (await notices(platform))["confirm_subscribe"].token
    for other in ("", "x", token[:-1], re.sub(r"^.", lambda found: "a" if found[0] != "a" else "b", token)):
        assert (await public.get(f"/c/{other}")).status_code == 404
        assert (await public.post(f"/c/{other}", data={"answer": "approve"})).status_code == 404
    assert (await public.put(f"/c/{token}")).status_code == 405
    await api.delete(f"/lists/{LIST}")
    assert (await public.get(f"/c/{token}")).status_code == 404


async def test_an_owner_refuses_by_a_link_and_says_why(
    api: httpx.AsyncClient, public: httpx.AsyncClient, platform: Platform
) -> None:
    await make_list(api, subscription="approve")
    await api.post(REQUESTS, json={"wish": "subscribe", "address": KEN, "name": "Ken"})
    notice = (await notices(platform))["join_request"]
    assert (notice.to, notice.values["text"]) == ("ada@example.org", "Ken")
    page = await public.get(f"/c/{notice.token}", params={"answer": "reject"})
    assert page.text.index('value="reject"') < page.text.index('value="approve"')
    answer = await public.post(f"/c/{notice.token}", data={"answer": "reject", "reason": "鳥では\nありません"})
    assert "It has been rejected." in answer.text
    refused = (await notices(platform))["request_refused"]
    assert (refused.to, refused.values["reason"]) == (KEN, "鳥では ありません")
    assert await members(api) == []


async def ask_to_decide(api: httpx.AsyncClient, platform: Platform, *moderators: str) -> list[str]:
    """Have a post wait, and each moderator asked; give their tokens."""
    await make_list(api)
    for one in moderators:
        member = {"address": one, "role": "moderator"}
        assert (await api.post(f"/lists/{LIST}/members", json=member)).status_code == 201
    mail = a_mail()
    async with platform.database.transaction() as connection:
        known = await list_rows.load_list(connection, LIST)
        assert known is not None
        about = {"reason": "it is not by a member", "sender": KEN, "poster": KEN, "subject": "herons"}
        post = HeldPost(
            id=HELD,
            list_id=known.list.id,
            message_id=str(mail.arrival.id),
            at=mail.arrival.at,
            size=mail.size,
            mail=encode(mail),
            **about,
        )
        await list_held.put(connection, post, LIST, moderators, mail.arrival.at)
        occasion = Occasion(mail.arrival.id, "list", time.time())
        clerk = ListClerk(connection, known, platform.list_tokens, occasion, token_bytes)
        await clerk.carry_out(Ask("held", "held", KEN, moderators, TokenDetail(held=HELD)))
    told = [decode(job.payload) for job in clerk.told]
    return [one.token for one in told if isinstance(one, Notice)]


@pytest.mark.parametrize(("verdict", "numbers"), [("approve", [1]), ("reject", []), ("discard", [])])
async def test_of_moderators_one_decides_by_his_link_once(
    api: httpx.AsyncClient, public: httpx.AsyncClient, platform: Platform, verdict: str, numbers: list[int]
) -> None:
    ada, bea = await ask_to_decide(api, platform, "ada@example.org", "bea@example.org")
    for method in ("GET", "HEAD"):
        assert (await public.request(method, f"/c/{ada}", params={"answer": verdict})).status_code == 200
    assert len((await api.get(f"/lists/{LIST}/held")).json()["items"]) == 1
    answers = [
        await public.post(f"/c/{token}", data={"answer": verdict, "reason": "鳥だけ"}) for token in (ada, ada, bea)
    ]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert len({answer.text for answer in answers}) == 3
    assert (await api.get(f"/lists/{LIST}/held")).json()["items"] == []
    async with platform.database.read() as connection:
        assert (await connection.execute(select(list_post.c.number))).scalars().all() == numbers
    (noted,) = (await api.get("/audit", params={"entity": "held_post"})).json()["items"]
    assert (noted["author"], noted["after"]) == ("ada@example.org", {"verdict": verdict})
    async with asyncio.timeout(10):
        while not (items := (await api.get("/messages", params={"recipient": LIST})).json()["items"]):
            await asyncio.sleep(0.05)
    (event,) = (await api.get(f"/messages/{items[0]['id']}")).json()["events"]
    assert (event["what"], event["detail"]["by"], event["detail"]["verdict"]) == (
        "list_decided",
        "ada@example.org",
        verdict,
    )
    told = (await notices(platform)).get("rejected")
    assert (told and told.values["reason"]) == ("鳥だけ" if verdict == "reject" else None)


async def test_who_is_no_moderator_any_more_decides_nothing(
    api: httpx.AsyncClient, public: httpx.AsyncClient, platform: Platform
) -> None:
    ada, _ = await ask_to_decide(api, platform, "ada@example.org", "bea@example.org")
    await api.patch(f"/lists/{LIST}", json={"owner": "olga@example.org"})
    assert (await api.patch(f"/lists/{LIST}/members/ada@example.org", json={"role": "member"})).status_code == 200
    await public.post(f"/c/{ada}", data={"answer": "approve"})
    assert len((await api.get(f"/lists/{LIST}/held")).json()["items"]) == 1
