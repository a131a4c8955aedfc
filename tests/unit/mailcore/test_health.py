import asyncio
import time
from collections.abc import AsyncIterator

import httpx
import pytest
from prometheus_client import CollectorRegistry

from mailcore import health
from mailcore.errors import BusAway, DatabaseAway
from mailcore.health import HealthApp, readiness, serve_health
from mailcore.metrics import Metrics


async def well() -> None:
    pass


async def database_away() -> None:
    raise DatabaseAway("connection refused")


async def bus_away() -> None:
    raise BusAway


async def client_for(app: HealthApp) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://health")


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    metrics = Metrics(CollectorRegistry())
    metrics.accepted.labels("smtp").inc(3)
    async with await client_for(HealthApp({"database": database_away, "bus": well}, metrics.registry)) as client:
        yield client


async def test_alive_whatever_its_dependencies_do(client: httpx.AsyncClient) -> None:
    answer = await client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_ready_names_what_is_not(client: httpx.AsyncClient) -> None:
    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "not ready", "problems": {"database": "connection refused"}}


async def test_ready_when_all_checks_pass() -> None:
    async with await client_for(HealthApp({"bus": well}, CollectorRegistry())) as client:
        answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


async def test_a_problem_without_words_is_named_by_its_class() -> None:
    assert await readiness({"bus": bus_away}) == {"bus": BusAway.__doc__}


async def test_checks_run_at_once_and_are_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    async def hangs() -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(health, "CHECK_SECONDS", 0.1)
    began = time.monotonic()
    problems = await readiness({"database": hangs, "bus": hangs})
    assert time.monotonic() - began < 0.19
    assert problems == {"database": "no answer within 0.1 s", "bus": "no answer within 0.1 s"}


async def test_metrics(client: httpx.AsyncClient) -> None:
    answer = await client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert 'hikyaku_messages_accepted_total{listener="smtp"} 3.0' in answer.text


async def test_metrics_in_the_format_asked_for(client: httpx.AsyncClient) -> None:
    answer = await client.get("/metrics", headers={"accept": "application/openmetrics-text; version=1.0.0"})
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/", 404), ("POST", "/healthz", 405)])
async def test_nothing_else_is_there(client: httpx.AsyncClient, method: str, path: str, status: int) -> None:
    assert (await client.request(method, path)).status_code == status


async def test_head_has_no_body(client: httpx.AsyncClient) -> None:
    answer = await client.head("/healthz")
    assert (answer.status_code, answer.content) == (200, b"")


async def test_served_on_a_port_until_stopped() -> None:
    server = await serve_health(host="127.0.0.1", port=0, checks={"bus": well}, registry=CollectorRegistry())
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"http://127.0.0.1:{server.port}/readyz")
        assert answer.json() == {"status": "ready"}
        await server.stop(1)
        with pytest.raises(httpx.TransportError):
            await client.get(f"http://127.0.0.1:{server.port}/healthz")
