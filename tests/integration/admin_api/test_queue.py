import asyncio
from datetime import UTC, datetime
from urllib.parse import quote

import httpx
import pytest
from sqlalchemy import select, update

from mailcore.db import content_refs, destinations, jobs
from mailcore.db.jobs import NewJob
from mailcore.db.tables import content_ref, delivery_job
from mailcore.platform import Platform

MESSAGES = [f"018f0000-0000-7000-8000-00000000000{n}" for n in range(4)]


def a_job(n: int, kind: str, destination: str) -> NewJob:
    return NewJob(
        id=f"job-{n}",
        kind=kind,
        destination=destination,
        message_id=MESSAGES[n],
        payload=b"secret of ours",
        not_before=2_000_000_000.0,
        why="No space left",
        sender=f"Hanako{n}@example.net",
        recipients=(f"r{n}@example.org", "Both@example.org"),
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
    assert await found(api, domain="Example.ORG") == ["job-1"]
    assert await found(api, domain="飛脚@example.net") == ["job-3"]
    assert await found(api, domain="飛脚@Example.net") == ["job-3"]
    assert await found(api, domain="%") == []
    assert await found(api, message_id=MESSAGES[3]) == ["job-3"]
    assert await found(api, sender="hanako2@example.net") == ["job-2"]
    assert await found(api, recipient="R1@example.org") == ["job-1"]
    assert await found(api, recipient="both@example.org", kind="outbound") == ["job-1"]
    assert await found(api, recipient="oth@example.org") == []
    assert await found(api, sender="") == []
    assert await found(api, created_before="2026-01-01T00:00:02Z") == ["job-0", "job-1"]


async def test_a_domain_is_found_as_people_write_it(api: httpx.AsyncClient, platform: Platform) -> None:
    async with platform.database.transaction() as connection:
        elsewhere = [
            NewJob(name, "outbound", name, MESSAGES[0], b"x", 2_000_000_000.0)
            for name in ("xn--fsq.test", "[192.0.2.1]")
        ]
        await jobs.insert(connection, elsewhere, 1_767_225_600.0)
    assert await found(api, domain="例.test") == ["xn--fsq.test"]
    assert await found(api, domain="[192.0.2.1]") == ["[192.0.2.1]"]
    assert (await api.post("/queue/hold", params={"domain": "例.TEST"})).json() == {"count": 1}


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
        "message_id": MESSAGES[0],
        "created_at": "2026-01-01T00:00:00Z",
        "last_error": "No space left",
        "sender": "Hanako0@example.net",
        "recipients": ["r0@example.org", "Both@example.org"],
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


async def test_one_is_held_and_released(api: httpx.AsyncClient) -> None:
    assert (await api.post("/queue/job-0/hold")).json()["state"] == "held"
    assert (await api.post("/queue/job-0/retry")).status_code == 409
    released = (await api.post("/queue/job-0/release")).json()
    assert released["state"] == "ready"
    assert released["next_attempt_at"] < "2033"


async def test_one_is_removed_without_a_word_but_in_the_trace(api: httpx.AsyncClient, platform: Platform) -> None:
    async with platform.database.transaction() as connection:
        await content_refs.add(connection, "some-content", content_refs.job_holder("job-1"), 1.0)
        await connection.execute(
            update(delivery_job).where(delivery_job.c.id == "job-1").values(content="some-content")
        )
    assert (await api.delete("/queue/job-1")).status_code == 204
    assert (await api.get("/queue/job-1")).status_code == 404
    async with platform.database.read() as connection:
        holders = (await connection.execute(select(content_ref.c.holder))).scalars().all()
    assert holders == ["released"]
    async with asyncio.timeout(5):
        while not (found := (await api.get("/messages", params={"message_id": MESSAGES[1]})).json()["items"]):
            await asyncio.sleep(0.05)
    assert found[0]["outcome"] == "discarded"


async def test_an_order_to_all_that_match(api: httpx.AsyncClient) -> None:
    assert (await api.post("/queue/hold", params={"domain": "example.com"})).json() == {"count": 1}
    assert await found(api, state="held") == ["job-0", "job-2"]
    assert (await api.post("/queue/release", params={"state": "held"})).json() == {"count": 2}
    assert (await api.post("/queue/retry", params={"recipient": "both@example.org"})).json() == {"count": 3}
    assert (await api.delete("/queue", params={"recipient": "both@example.org"})).json() == {"count": 3}
    assert await found(api) == ["job-3"]


async def test_an_order_to_more_than_are_changed_at_once(api: httpx.AsyncClient, platform: Platform) -> None:
    many = [NewJob(f"many-{n}", "outbound", "many.test", MESSAGES[0], b"x", 2_000_000_000.0) for n in range(501)]
    async with platform.database.transaction() as connection:
        await jobs.insert(connection, many, 1_767_225_600.0)
    assert (await api.post("/queue/hold", params={"domain": "many.test"})).json() == {"count": 501}
    assert (await api.post("/queue/hold", params={"domain": "many.test"})).json() == {"count": 0}
    assert (await api.delete("/queue", params={"domain": "many.test", "state": "held"})).json() == {"count": 501}


async def test_where_mail_waits_for_is_told_the_most_first(api: httpx.AsyncClient, platform: Platform) -> None:
    names = ["many.test"] * 3 + ["xn--fsq.test"] * 2 + ["also.test"] * 2
    async with platform.database.transaction() as connection:
        for n, name in enumerate(names):
            new = NewJob(f"waiting-{n}", "outbound", name, MESSAGES[0], b"x", 2_000_000_000.0)
            await jobs.insert(connection, [new], 1_767_225_600.0 + n)
        await destinations.failed(connection, "many.test", "connect: refused", first_rest=600, now=2e9)
        await destinations.failed(connection, "also.test", "connect: refused", first_rest=600, now=1e9)
        leased = update(delivery_job).where(delivery_job.c.id == "waiting-1").values(state="leased", lease_until=9e9)
        await connection.execute(leased)
    assert (await api.post("/queue/waiting-0/hold")).status_code == 200
    first = (await api.get("/queue/destinations", params={"limit": 2})).json()
    second = (await api.get("/queue/destinations", params={"limit": 2, "cursor": first["next"]})).json()
    many, also, script, one = first["items"] + second["items"]
    assert many == {
        "destination": "many.test",
        "jobs": 3,
        "in_flight": 1,
        "held": 1,
        "oldest_at": "2026-01-01T00:00:00Z",
        "rests_until": "2033-05-18T03:43:20Z",
        "last_error": "connect: refused",
    }
    assert (also["destination"], also["jobs"], also["rests_until"]) == ("also.test", 2, None)
    assert also["last_error"] == "connect: refused"
    assert (script["destination"], script["jobs"], script["last_error"]) == ("xn--fsq.test", 2, None)
    # Local work is not for a destination.
    assert (one["destination"], one["jobs"], second["next"]) == ("example.org", 1, None)


async def test_a_retry_wakes_a_destination_that_rests(api: httpx.AsyncClient, platform: Platform) -> None:
    async with platform.database.transaction() as connection:
        await destinations.failed(connection, "example.org", "away", first_rest=600, now=2e9)
    assert (await api.post("/queue/job-1/retry")).status_code == 200
    async with platform.database.read() as connection:
        assert (await destinations.read(connection, "example.org")).not_before == 0


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
        ("GET", "/queue/destinations?cursor=eA", 422),
        ("GET", "/queue?created_before=x", 422),
        ("GET", "/queue?domain=%00", 422),
        ("POST", "/queue/hold", 422),
        ("DELETE", "/queue", 422),
        ("POST", "/queue/job-0/release", 409),
        ("DELETE", "/queue/job-3", 409),
        ("DELETE", "/queue/job-9", 404),
    ],
)
async def test_what_cannot_be_done(api: httpx.AsyncClient, method: str, path: str, status: int) -> None:
    assert (await api.request(method, path)).status_code == status
