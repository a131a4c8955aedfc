"""`/lists/{list}/held`: posts that wait for a moderator, read, sent out, refused and dropped."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest
from sqlalchemy import select
from tests import builders

from mailcore.db import content_refs, list_held
from mailcore.db.list_held import HeldPost
from mailcore.db.tables import content_ref, delivery_job, list_post
from mailcore.list_jobs import KIND, Notice, decode
from mailcore.mail.content import InlineContent
from mailcore.platform import Platform
from maildecide.message.mail import Mail, encode

LIST = "birds@example.com"
FIRST, SECOND = "01890a5d-ac96-774b-bcce-b302099a8057", "01890a5d-ac96-774b-bcce-b302099a8058"
HELD = "/lists/birds@example.com/held"
BODY = b"\r\nA heron.\r\n"


async def made(api: httpx.AsyncClient, address: str = LIST) -> int:
    await api.post("/domains", json={"name": "example.com"})
    fields = {"address": address, "name": address.partition("@")[0], "owner": "ayumi@example.org"}
    answer = await api.post("/lists", json=fields)
    assert answer.status_code == 201, answer.text
    number: int = answer.json()["id"]
    return number


def a_mail(more: bytes = b"") -> Mail:
    header = "Subject: 青鷺\r\n".encode() + more
    return builders.a_mail(
        envelope=builders.an_envelope(LIST, sender="ken@example.org"),
        header=header,
        content=InlineContent(header + BODY),
        body_start=len(header),
    )


def a_post(list_id: int, held_id: str = FIRST, **fields: Any) -> HeldPost:
    mail = a_mail()
    post = HeldPost(
        id=held_id,
        list_id=list_id,
        message_id=str(mail.arrival.id),
        at=1_767_225_600.0,
        reason="every post is looked at first",
        sender="ken@example.org",
        poster="ken@example.org",
        subject="青鷺",
        size=mail.size,
        mail=encode(mail),
    )
    return msgspec.structs.replace(post, **fields)


async def hold(platform: Platform, *posts: HeldPost) -> None:
    async with platform.database.transaction() as connection:
        for post in posts:
            await list_held.put(connection, post, LIST, (), post.at)


async def rows(platform: Platform, table: Any) -> list[Any]:
    async with platform.database.read() as connection:
        return list((await connection.execute(select(table))).mappings().all())


async def notices(platform: Platform) -> list[Notice]:
    found = [decode(bytes(row["payload"])) for row in await rows(platform, delivery_job) if row["kind"] == KIND]
    return [task for task in found if isinstance(task, Notice)]


async def test_they_are_listed_oldest_first_page_by_page(api: httpx.AsyncClient, platform: Platform) -> None:
    number, other = await made(api), await made(api, "fish@example.com")
    await hold(platform, a_post(number, SECOND, at=1_767_225_601.0), a_post(number))
    await hold(platform, a_post(other, "01890a5d-ac96-774b-bcce-b302099a8059"))
    first = (await api.get(HELD, params={"limit": 1})).json()
    second = (await api.get(HELD, params={"limit": 1, "cursor": first["next"]})).json()
    assert [page["items"][0]["id"] for page in (first, second)] == [FIRST, SECOND]
    assert second["next"] is None
    assert (await api.get(HELD, params={"cursor": "bm9uc2Vuc2U"})).status_code == 422
    assert (await api.get("/lists/none@example.com/held")).status_code == 404


async def test_nothing_waits(api: httpx.AsyncClient) -> None:
    await made(api)
    assert (await api.get(HELD)).json() == {"items": [], "next": None}


async def test_one_is_shown_and_read(api: httpx.AsyncClient, platform: Platform) -> None:
    post = a_post(await made(api))
    await hold(platform, post)
    assert (await api.get(f"{HELD}/{FIRST}")).json() == {
        "id": FIRST,
        "message_id": post.message_id,
        "at": "2026-01-01T00:00:00Z",
        "reason": "every post is looked at first",
        "sender": "ken@example.org",
        "poster": "ken@example.org",
        "subject": "青鷺",
        "size": post.size,
    }
    content = await api.get(f"{HELD}/{FIRST}/content")
    assert content.headers["content-type"] == "message/rfc822"
    assert content.content == a_mail().trace_fields + "Subject: 青鷺\r\n".encode() + BODY


async def test_large_content_is_read_from_the_store(api: httpx.AsyncClient, platform: Platform) -> None:
    mail = a_mail()
    octets = mail.header + b"\r\n" + b"x" * 300_000
    writing = await platform.content.create()
    await writing.write(octets)
    stored = await writing.commit()
    mail = msgspec.structs.replace(mail, content=stored, body_start=len(mail.header))
    await hold(platform, a_post(await made(api), mail=encode(mail), content=stored.key))
    answer = await api.get(f"{HELD}/{FIRST}/content")
    assert answer.content == mail.trace_fields + octets


async def test_an_approved_one_gets_its_number_and_is_sent_out(api: httpx.AsyncClient, platform: Platform) -> None:
    await hold(platform, a_post(await made(api)))
    assert (await api.post(f"{HELD}/{FIRST}/approve")).status_code == 204
    (post,) = await rows(platform, list_post)
    assert (post["id"], post["number"], post["subject"]) == (FIRST, 1, "青鷺")
    jobs = [row for row in await rows(platform, delivery_job) if row["destination"] == LIST]
    assert {row["message_id"] for row in jobs} == {post["message_id"]}
    assert any(UUID(row["id"]) for row in jobs)
    for path in (f"{HELD}/{FIRST}", f"{HELD}/{FIRST}/content"):
        assert (await api.get(path)).status_code == 404
    assert (await api.post(f"{HELD}/{FIRST}/approve")).status_code == 404
    (noted,) = (await api.get("/audit", params={"entity": "held_post"})).json()["items"]
    assert (noted["key"], noted["after"]) == (f"{LIST}/{FIRST}", {"verdict": "approve"})


@pytest.mark.parametrize(
    ("verdict", "outcome"), [("approve", "queued"), ("reject", "failed"), ("discard", "discarded")]
)
async def test_the_story_of_its_message_tells_who_has_decided_and_what(
    api: httpx.AsyncClient, platform: Platform, verdict: str, outcome: str
) -> None:
    post = a_post(await made(api))
    await hold(platform, post)
    if verdict == "discard":
        assert (await api.delete(f"{HELD}/{FIRST}")).status_code == 204
    else:
        body = {"reason": "off topic"} if verdict == "reject" else None
        assert (await api.post(f"{HELD}/{FIRST}/{verdict}", json=body)).status_code == 204

    async with asyncio.timeout(10):
        while (answer := await api.get(f"/messages/{post.message_id}")).status_code == 404:
            await asyncio.sleep(0.05)
    story = answer.json()
    assert (story["outcome"], story["recipients"][0]["address"]) == (outcome, LIST)
    (event,) = story["events"]
    assert (event["what"], event["detail"]["verdict"], event["detail"]["held"]) == ("list_decided", verdict, FIRST)
    assert event["detail"]["by"] == "environment"
    assert event["detail"].get("reason") == ("off topic" if verdict == "reject" else None)


async def test_of_two_who_decide_at_once_one_does(api: httpx.AsyncClient, platform: Platform) -> None:
    await hold(platform, a_post(await made(api)))
    answers = await asyncio.gather(
        api.post(f"{HELD}/{FIRST}/approve"), api.delete(f"{HELD}/{FIRST}"), api.post(f"{HELD}/{FIRST}/approve")
    )
    assert sorted(answer.status_code for answer in answers) == [204, 404, 404]
    assert len(await rows(platform, list_post)) == (0 if answers[1].status_code == 204 else 1)


async def test_a_discarded_one_is_gone_with_its_content(api: httpx.AsyncClient, platform: Platform) -> None:
    await hold(platform, a_post(await made(api), content="a" * 32))
    assert [row["holder"] for row in await rows(platform, content_ref)] == [content_refs.held_holder(FIRST)]
    assert (await api.delete(f"{HELD}/{FIRST}")).status_code == 204
    assert content_refs.held_holder(FIRST) not in [row["holder"] for row in await rows(platform, content_ref)]
    assert await rows(platform, list_post) == []
    assert (await api.delete(f"{HELD}/{FIRST}")).status_code == 404


async def test_of_a_rejected_one_its_sender_is_told_why(api: httpx.AsyncClient, platform: Platform) -> None:
    mail = a_mail(b"Message-ID: <1@example.org>\r\n")
    await hold(platform, a_post(await made(api), mail=encode(mail)))
    assert (await api.post(f"{HELD}/{FIRST}/reject", json={"reason": "鳥だけ"})).status_code == 204
    assert await rows(platform, list_post) == []
    (notice,) = await notices(platform)
    assert (notice.template, notice.to, notice.answers) == ("rejected", "ken@example.org", "<1@example.org>")
    assert notice.values == {"poster": "ken@example.org", "subject": "青鷺", "reason": "鳥だけ"}
    assert (await api.post(f"{HELD}/{FIRST}/reject", json={})).status_code == 404
    (noted,) = (await api.get("/audit", params={"entity": "held_post"})).json()["items"]
    assert noted["after"] == {"verdict": "reject"}


async def test_of_one_from_the_null_sender_nobody_is_told(api: httpx.AsyncClient, platform: Platform) -> None:
    await hold(platform, a_post(await made(api), sender=""))
    assert (await api.post(f"{HELD}/{FIRST}/reject", json={})).status_code == 204
    assert await notices(platform) == []


@pytest.mark.parametrize("body", [{"reason": "a\nb"}, {"reason": 1}, {"why": "x"}, []])
async def test_a_reason_is_one_line(api: httpx.AsyncClient, platform: Platform, body: object) -> None:
    await hold(platform, a_post(await made(api)))
    assert (await api.post(f"{HELD}/{FIRST}/reject", json=body)).status_code == 422
    assert (await api.get(f"{HELD}/{FIRST}")).status_code == 200


async def test_whose_post_is_approved_is_trusted_from_then_on(api: httpx.AsyncClient, platform: Platform) -> None:
    number = await made(api)
    await api.post(f"/lists/{LIST}/members", json={"address": "ken@example.org"})
    await hold(platform, a_post(number))
    assert (await api.post(f"{HELD}/{FIRST}/approve")).status_code == 204
    assert (await api.get(f"/lists/{LIST}/members/ken@example.org")).json()["trusted"]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_one_of_another_list_is_not_there(api: httpx.AsyncClient, platform: Platform, method: str) -> None:
    await hold(platform, a_post(await made(api)))
    await made(api, "fish@example.com")
    assert (await api.request(method, f"/lists/fish@example.com/held/{FIRST}")).status_code == 404
    assert (await api.get(f"{HELD}/{FIRST}")).status_code == 200
