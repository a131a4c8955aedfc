from dataclasses import replace

import httpx
import pytest

from admin_api.app import build_app
from mailcore.errors import DatabaseAway
from mailcore.passwords import Passwords
from mailcore.platform import Platform


class AwayDatabase:
    """A database that is away."""

    async def check(self) -> None:
        """Fail."""
        raise DatabaseAway("the database is away")


async def test_ready_when_database_and_bus_answer(api: httpx.AsyncClient) -> None:
    assert (await api.get("http://api.test/healthz")).json() == {"status": "ok"}
    assert (await api.get("http://api.test/readyz")).json() == {"status": "ready"}


async def test_not_ready_names_what_is_away_but_the_process_is_alive(platform: Platform, passwords: Passwords) -> None:
    app = build_app(platform, passwords)
    away = AwayDatabase()
    app.state.stores = replace(app.state.stores, checks={"database": away.check, "bus": platform.bus.check})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api.test") as client:
        ready, alive = await client.get("/readyz"), await client.get("/healthz")
    assert ready.status_code == 503
    assert ready.json()["problems"] == {"database": "the database is away"}
    assert alive.status_code == 200


@pytest.mark.parametrize(
    ("accepts", "media_type"),
    [("", "text/plain"), ("application/openmetrics-text; version=1.0.0", "application/openmetrics-text")],
)
async def test_metrics_come_in_the_format_asked_for(api: httpx.AsyncClient, accepts: str, media_type: str) -> None:
    answer = await api.get("http://api.test/metrics", headers={"Accept": accepts})
    assert answer.headers["content-type"].startswith(media_type)
    assert "hikyaku_api_seconds" in answer.text
