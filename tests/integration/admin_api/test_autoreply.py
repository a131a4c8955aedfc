"""`/accounts/{address}/autoreply`: one for an account, put whole, or none."""

from typing import Any

import httpx
import pytest

AUTOREPLY = "/accounts/ada@example.com/autoreply"


@pytest.fixture(autouse=True)
async def _account(api: httpx.AsyncClient, example_com: str) -> None:
    await api.post("/accounts", json={"address": f"ada@{example_com}"})


async def test_it_is_put_whole_and_removed(api: httpx.AsyncClient) -> None:
    assert (await api.get(AUTOREPLY)).status_code == 404
    body = {"body": "留守です\n", "subject": "%m は留守", "ends_at": "2026-03-09T09:00:00+09:00", "interval_hours": 3}
    made = await api.put(AUTOREPLY, json=body)
    assert made.status_code == 200, made.text
    assert made.json() | {"id": 1, "created_at": "", "updated_at": ""} == {
        "id": 1,
        "created_at": "",
        "updated_at": "",
        "enabled": True,
        "body": "留守です\n",
        "subject": "%m は留守",
        "starts_at": None,
        "ends_at": "2026-03-09T09:00:00+09:00",
        "interval_hours": 3,
    }
    read = await api.get(AUTOREPLY)
    assert (read.json(), read.headers["ETag"]) == (made.json(), made.headers["ETag"])
    changed = await api.put(AUTOREPLY, json={"body": "away"}, headers={"If-Match": made.headers["ETag"]})
    assert (changed.json()["subject"], changed.json()["ends_at"], changed.json()["interval_hours"]) == (None, None, 24)
    old = {"If-Match": made.headers["ETag"]}
    assert (await api.put(AUTOREPLY, json={"body": "back"}, headers=old)).status_code == 412
    assert (await api.delete(AUTOREPLY, headers=old)).status_code == 412
    assert (await api.delete(AUTOREPLY)).status_code == 204
    assert (await api.delete(AUTOREPLY)).status_code == 404
    assert (await api.put(AUTOREPLY, json={"body": "back"}, headers=old)).status_code == 412
    assert (await api.get("/accounts/nobody@example.com/autoreply")).status_code == 404
    assert (await api.put("/accounts/nobody@example.com/autoreply", json={"body": "away"})).status_code == 404
    newest = (await api.get("/audit")).json()["items"][0]
    assert (newest["entity"], newest["key"], newest["action"]) == ("autoreply", "ada@example.com", "delete")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"body": ""},
        {"body": "away", "subject": "two\nlines"},
        {"body": "away", "interval_hours": 0},
        {"body": "away", "interval_hours": 8761},
        {"body": "away", "starts_at": "2026-03-09T09:00:00"},
        {"body": "away", "starts_at": "2026-03-09T09:00:00Z", "ends_at": "2026-03-09T09:00:00Z"},
        {"body": "away", "until": "tomorrow"},
        {"body": "x" * 65_537},
    ],
)
async def test_what_is_not_allowed_is_422(api: httpx.AsyncClient, body: dict[str, Any]) -> None:
    answer = await api.put(AUTOREPLY, json=body)
    assert answer.status_code == 422, answer.text
    assert (await api.get(AUTOREPLY)).status_code == 404


async def test_the_same_moment_in_another_time_zone_is_kept_as_it_was_written(api: httpx.AsyncClient) -> None:
    made = await api.put(AUTOREPLY, json={"body": "away", "starts_at": "2026-03-01T18:00:00.5+09:00"})
    assert made.json()["starts_at"] == "2026-03-01T18:00:00.500000+09:00"
    again = await api.put(AUTOREPLY, json={"body": "away", "starts_at": "2026-03-01t01:00:00.5-08:00"})
    assert again.json()["starts_at"] == "2026-03-01T01:00:00.500000-08:00"
    assert again.headers["ETag"] != made.headers["ETag"]
    assert (await api.get(AUTOREPLY)).json() == again.json()
    utc = await api.put(AUTOREPLY, json={"body": "away", "starts_at": "2026-03-01T09:00:00Z"})
    assert utc.json()["starts_at"] == "2026-03-01T09:00:00Z"
