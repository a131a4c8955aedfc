from datetime import UTC, datetime
from urllib.parse import quote

import httpx
import pytest
from sqlalchemy import select, update

from mailcore.db import jobs
from mailcore.db.jobs import NewJob
from mailcore.db.tables import delivery_job
from mailcore.platform import Platform


def a_job(n: int, kind: str, destination: str) -> NewJob:
    return NewJob(
        id=f"job-{n}",
        kind=kind,
        destination=destination,
        message_id=f"message-{n}",
        payload=b"secret of ours",
        not_before=2_000_000_000.0,
        why="No space left",
    )


pytestmark = pytest.mark.usefixtures("waiting")


@pytest.fixture
async def waiting(platform: Platform) -> None:
    """Put four jobs there, one of them with a worker and one held."""
    async with platform.database.transaction() as connection:
        for n, (kind, destination) in enumerate(
            [
                ("local", "ayumi@example.com"),
                ("outbound", "example.org"),
                ("local", "100%@example.com"),
                ("local", "飛脚@example.net"),
            ]
        ):
            await jobs.insert(connection, [a_job(n, kind, destination)], 1_767_225_600.0 + n)
        for n, state in ((2, "held"), (3, "leased")):
            await connection.execute(
                update(delivery_job).where(delivery_job.c.id == f"job-{n}").values(state=state, lease_until=9e9)
            )


async def found(api: httpx.AsyncClient, **wanted: str) -> list[str]:
    answer = await api.get("/queue", params=wanted)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


async def test_jobs_are_listed_by_filters(api: httpx.AsyncClient) -> None:
    assert await found(api) == ["job-0", "job-1", "job-2", "job-3"]
    assert await found(api, kind="outbound") == ["job-1"]
    assert await found(api, state="held") == ["job-2"]
    assert await found(api, domain="example.com") == ["job-0", "job-2"]
    assert await found(api, domain="example.org") == ["job-1"]
    assert await found(api, domain="飛脚@example.net") == ["job-3"]
    assert await found(api, domain="%") == []
    assert await found(api, message_id="message-3") == ["job-3"]
    assert await found(api, created_before="2026-01-01T00:00:02Z") == ["job-0", "job-1"]


async def test_they_come_page_by_page(api: httpx.AsyncClient) -> None:
    first = (await api.get("/queue", params={"limit": 3})).json()
    second = (await api.get("/queue", params={"limit": 3, "cursor": first["next"]})).json()
    assert [item["id"] for item in first["items"] + second["items"]] == ["job-0", "job-1", "job-2", "job-3"]
    assert second["next"] is None


async def test_one_is_shown_without_its_payload(api: httpx.AsyncClient) -> None:
    answer = await api.get("/queue/job-0")
    assert answer.json() == {
        "id": "job-0",
        "kind": "local",
        "destination": "ayumi@example.com",
        "state": "ready",
        "attempt": 0,
        "next_attempt_at": "2033-05-18T03:33:20Z",
        "message_id": "message-0",
        "created_at": "2026-01-01T00:00:00Z",
        "last_error": "No space left",
    }


async def test_a_retried_one_is_due_and_noted(api: httpx.AsyncClient, platform: Platform) -> None:
    answer = await api.post("/queue/job-0/retry")
    assert answer.status_code == 200
    due = datetime.fromisoformat(answer.json()["next_attempt_at"])
    assert abs((due - datetime.now(UTC)).total_seconds()) < 30
    async with platform.database.read() as connection:
        query = select(delivery_job.c.not_before).where(delivery_job.c.id == "job-0")
        assert (await connection.execute(query)).scalar_one() == pytest.approx(due.timestamp(), abs=0.001)
    (entry,) = (await api.get("/audit", params={"entity": "job"})).json()["items"]
    assert (entry["key"], entry["after"]) == ("job-0", answer.json())


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/queue/job-2/retry", 409),
        ("POST", "/queue/job-3/retry", 409),
        ("POST", "/queue/job-9/retry", 404),
        ("GET", "/queue/job-9", 404),
        ("GET", f"/queue/{quote('飛脚/%', safe='')}", 404),
        ("GET", "/queue/%00", 422),
        ("GET", "/queue?kind=carrier-pigeon", 422),
        ("GET", "/queue?cursor=eA", 422),
        ("GET", "/queue?created_before=x", 422),
        ("GET", "/queue?domain=%00", 422),
    ],
)
async def test_what_cannot_be_done(api: httpx.AsyncClient, method: str, path: str, status: int) -> None:
    assert (await api.request(method, path)).status_code == status
