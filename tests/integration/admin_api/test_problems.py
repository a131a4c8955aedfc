"""Whatever goes wrong is told as a problem, and nothing of the inside with it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import cast

import httpx
import pytest
from structlog.testing import capture_logs

from admin_api.app import build_app
from admin_api.json_body import MOST_OCTETS
from admin_api.stores import Stores
from mailcore.db.audit_log import AuditLog
from mailcore.errors import BusAway
from mailcore.passwords import Passwords
from mailcore.platform import Platform

ADDRESS = "http://api.test/api/v1"


class AuditOf:
    """An audit log whose every reading ends in `error`."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def list(self, *_: object, **__: object) -> object:
        """Fail."""
        raise self._error


def client_of(platform: Platform, passwords: Passwords, token: str, error: Exception) -> httpx.AsyncClient:
    app = build_app(platform, passwords)
    app.state.stores = replace(Stores.of(platform, passwords), audit=cast("AuditLog", AuditOf(error)))
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url=ADDRESS, headers={"Authorization": f"Bearer {token}"}
    )


async def test_an_unexpected_error_is_500_and_logged(
    platform: Platform, passwords: Passwords, admin_token: str
) -> None:
    async with client_of(platform, passwords, admin_token, ValueError("the secret of the inside")) as client:
        with capture_logs() as logs:
            answer = await client.get("/audit")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "secret" not in answer.text
    (line,) = [line for line in logs if line["log_level"] == "error"]
    assert (line["event"], line["exc_info"], line["path"]) == ("the request failed", True, "/api/v1/audit")


async def test_what_is_away_is_503_and_comes_back(platform: Platform, passwords: Passwords, admin_token: str) -> None:
    async with client_of(platform, passwords, admin_token, BusAway("the broker is away")) as client:
        answer = await client.get("/audit")
    assert answer.status_code == 503
    assert answer.json()["detail"] == "the broker is away"
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize("path", ["/nothing", "/domains/", "/domains/a/b", "//domains", "/settings", "/../domains"])
async def test_other_paths_are_404(api: httpx.AsyncClient, path: str) -> None:
    answer = await api.get(f"{ADDRESS}{path}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/domains", "GET, HEAD, POST"),
        ("DELETE", "/domains", "GET, HEAD, POST"),
        ("POST", "/domains/example.com", "DELETE, GET, HEAD, PATCH"),
        ("PUT", "/settings/smtp", "GET, HEAD, PATCH"),
        ("GET", "/settings/revisions/1/restore", "POST"),
        ("BREW", "/audit", "GET, HEAD"),
        ("TRACE", "/audit", "GET, HEAD"),
    ],
)
async def test_other_methods_are_405(api: httpx.AsyncClient, method: str, path: str, allowed: str) -> None:
    answer = await api.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_body_that_is_too_large_is_413(api: httpx.AsyncClient) -> None:
    for content in (b" " * (MOST_OCTETS + 1), _endless()):
        answer = await api.post("/domains", content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code == 413


async def _endless() -> AsyncIterator[bytes]:
    while True:
        yield b" " * 65536


async def test_another_media_type_is_415(api: httpx.AsyncClient) -> None:
    answer = await api.post("/domains", data={"name": "example.com"})
    assert answer.status_code == 415
    assert answer.headers["content-type"] == "application/problem+json"


async def test_head_is_get_without_content(api: httpx.AsyncClient, example_com: str) -> None:
    for path in ("/domains", f"/domains/{example_com}", "/domains/nothing.example", "http://api.test/healthz"):
        got, head = await api.get(path), await api.head(path)
        assert (head.status_code, head.content) == (got.status_code, b"")
        assert head.headers.get("etag") == got.headers.get("etag")


async def test_every_answer_bears_the_security_fields(api: httpx.AsyncClient) -> None:
    for path in ("/domains", "/nothing", "http://api.test/metrics", "http://api.test/openapi.json"):
        fields = (await api.get(path)).headers
        assert fields["x-content-type-options"] == "nosniff"
        assert fields["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert "cache-control" in fields
        assert "access-control-allow-origin" not in fields
    preflight = await api.options("/domains", headers={"Origin": "http://evil.test"})
    assert "access-control-allow-origin" not in preflight.headers
