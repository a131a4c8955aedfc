"""What is held against members whose mail comes back is shown with them, and an operator has it forgotten."""

from datetime import UTC, datetime

import httpx
from sqlalchemy import update

from mailcore.db.tables import list_member
from mailcore.platform import Platform

BIRDS = "/lists/birds@example.com"
KEN = f"{BIRDS}/members/ken@example.org"
CLEAN = {"bounce_score": 0.0, "bounced_at": None, "bounce_reason": "", "probed_at": None, "suspended": False}


async def suspended(api: httpx.AsyncClient, platform: Platform) -> None:
    """Make a list with a member who is suspended."""
    body = {"address": "birds@example.com", "name": "birds", "owner": "olga@example.net"}
    assert (await api.post("/lists", json=body)).status_code == 201
    assert (await api.post(f"{BIRDS}/members", json={"address": "ken@example.org"})).status_code == 201
    held = {"bounce_score": 5.0, "bounced_at": datetime(2026, 3, 1, tzinfo=UTC), "bounce_reason": "550 5.1.1 gone"}
    async with platform.database.transaction() as connection:
        await connection.execute(update(list_member).values(**held, suspended=True, delivery="off"))


async def test_it_is_shown_and_forgotten(api: httpx.AsyncClient, platform: Platform, example_com: str) -> None:
    assert example_com
    await suspended(api, platform)
    shown = (await api.get(KEN)).json()
    assert shown["bounced_at"] == "2026-03-01T00:00:00Z"
    assert (shown["bounce_score"], shown["bounce_reason"], shown["delivery"]) == (5.0, "550 5.1.1 gone", "off")
    assert (await api.delete(f"{KEN}/bounces")).status_code == 204
    after = (await api.get(KEN)).json()
    assert {name: after[name] for name in CLEAN} == CLEAN
    assert after["delivery"] == "on"
    (entry, *_) = (await api.get("/audit")).json()["items"]
    assert (entry["entity"], entry["key"], entry["after"]["suspended"]) == (
        "list_member",
        "birds@example.com/ken@example.org",
        False,
    )
    assert entry["before"]["bounce_reason"] == "550 5.1.1 gone"


async def test_it_ends_when_the_member_is_to_get_posts(
    api: httpx.AsyncClient, platform: Platform, example_com: str
) -> None:
    assert example_com
    await suspended(api, platform)
    after = (await api.patch(KEN, json={"delivery": "digest"})).json()
    assert {name: after[name] for name in CLEAN} == CLEAN


async def test_nothing_of_it_is_written_by_hand(api: httpx.AsyncClient, platform: Platform, example_com: str) -> None:
    assert example_com
    await suspended(api, platform)
    assert (await api.patch(KEN, json={"bounce_score": 0})).status_code == 422
    assert (await api.delete(f"{BIRDS}/members/eve@example.org/bounces")).status_code == 404
    assert (await api.delete("/lists/fish@example.com/members/ken@example.org/bounces")).status_code == 404
