"""Who gets in where: asked of every operation that the OpenAPI document knows."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from admin_api.app import describe
from admin_api.auth import scope_needed
from mailcore.db.tables import token
from mailcore.platform import Platform

OPERATIONS = [
    (method.upper(), re.sub(r"\{\w+\}", "1", path))
    for path, operations in describe()["paths"].items()
    for method in operations
]
GUARDED = [(method, path) for method, path in OPERATIONS if path.startswith("/api/")]
OPEN = [(method, path) for method, path in OPERATIONS if not path.startswith("/api/")]

NewClient = Callable[[str | None], httpx.AsyncClient]


async def a_token(api: httpx.AsyncClient, *scopes: str) -> str:
    answer = await api.post("/tokens", json={"name": "-".join(scopes), "scopes": list(scopes)})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["token"])


def test_there_are_doors() -> None:
    assert len(GUARDED) > 25
    assert {path for _, path in OPEN} == {"/healthz", "/readyz", "/metrics"}


async def test_without_a_token_every_door_is_shut(new_client: NewClient) -> None:
    stranger, impostor = new_client(None), new_client("hik_something that nobody made")
    for method, path in [*GUARDED, ("GET", "/api/v1/no/such/path"), ("BREW", "/api/v1/domains")]:
        for client in (stranger, impostor):
            answer = await client.request(method, f"http://api.test{path}", content=b"{")
            assert answer.status_code == 401, (method, path)
            assert answer.headers["www-authenticate"].startswith("Bearer ")
            assert answer.headers["content-type"] == "application/problem+json"


async def test_a_token_opens_what_its_scopes_say(api: httpx.AsyncClient, new_client: NewClient) -> None:
    for scope in ("read", "write"):
        client = new_client(await a_token(api, scope))
        for method, path in GUARDED:
            if scope_needed(method, path) != scope:
                answer = await client.request(method, f"http://api.test{path}", content=b"{")
                assert answer.status_code == 403, (scope, method, path)
                assert "insufficient_scope" in answer.headers["www-authenticate"]
    reader, writer = new_client(await a_token(api, "read", "write")), new_client(await a_token(api, "admin"))
    assert (await reader.get("/domains")).status_code == 200
    assert (await writer.post("/domains", json={"name": "example.org"})).status_code == 201
    assert (await writer.get("/domains")).status_code == 200


@pytest.mark.parametrize(("method", "path"), OPEN)
async def test_health_is_open(new_client: NewClient, method: str, path: str) -> None:
    assert (await new_client(None).request(method, f"http://api.test{path}")).status_code == 200


async def test_the_openapi_document_is_open_and_there_are_no_pages(new_client: NewClient) -> None:
    stranger = new_client(None)
    answer = await stranger.get("http://api.test/openapi.json")
    assert (answer.status_code, answer.json()) == (200, describe())
    for page in ("/docs", "/redoc", "/"):
        assert (await stranger.get(f"http://api.test{page}")).status_code == 404


@pytest.mark.parametrize("field", ["", "Bearer", "Bearer  ", "Basic YTpi", "bearer", "Token x", "Bearer a b", "\xff"])
async def test_anything_but_a_bearer_token_is_401(new_client: NewClient, field: str) -> None:
    answer = await new_client(None).get("/domains", headers={b"Authorization": field.encode("latin-1")})
    assert answer.status_code == 401


async def test_the_word_bearer_may_be_written_otherwise(api: httpx.AsyncClient, new_client: NewClient) -> None:
    plain = await a_token(api, "read")
    answer = await new_client(None).get("/domains", headers={"Authorization": f"bEARER {plain}"})
    assert answer.status_code == 200


async def test_an_expired_token_is_401(api: httpx.AsyncClient, new_client: NewClient, platform: Platform) -> None:
    plain = await a_token(api, "read")
    past = datetime.now(UTC) - timedelta(seconds=1)
    async with platform.database.transaction() as connection:
        await connection.execute(update(token).where(token.c.name == "read").values(expires_at=past))
    assert (await new_client(plain).get("/domains")).status_code == 401


async def test_a_failed_attempt_is_logged_without_the_token(new_client: NewClient) -> None:
    with capture_logs() as logs:
        await new_client("hik_a-secret-gone-astray").get("/domains")
    assert [line["event"] for line in logs if line["log_level"] == "warning"] == ["unknown token"]
    assert "gone-astray" not in repr(logs)
