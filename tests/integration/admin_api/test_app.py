"""The service on real ports, and two replicas of it at once."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from admin_api.app import AdminService
from mailcore.errors import ConfigurationError
from mailcore.platform import Platform

OpenPlatform = Callable[[str, Path], AbstractAsyncContextManager[Platform]]


@asynccontextmanager
async def serving(platform: Platform) -> AsyncIterator[dict[str, int]]:
    service = AdminService(platform)
    ports = await service.start()
    try:
        yield ports
    finally:
        await service.stop(5)


def a_client(port: int, token: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=30
    )


async def test_it_answers_on_both_ports(platform: Platform, admin_token: str) -> None:
    async with serving(platform) as ports, a_client(ports["admin"], admin_token) as client:
        assert set(ports) == {"admin", "public"}
        address = '"飛/脚 %2f?#"@example.com'
        assert (await client.post("/domains", json={"name": "example.com"})).status_code == 201
        assert (await client.post("/accounts", json={"address": address})).status_code == 201
        found = await client.get(f"/accounts/{quote(address, safe='')}")
        assert (found.status_code, found.json()["address"]) == (200, address)
        head = await client.head("/domains/example.com")
        assert (head.status_code, head.content) == (200, b"")
        assert "server" not in head.headers
        for path in ("/", "/openapi.json", "/api/v1/domains", "/healthz"):
            nothing = await client.get(f"http://127.0.0.1:{ports['public']}{path}")
            assert nothing.status_code == 404
            assert nothing.headers["content-type"] == "application/problem+json"
            assert nothing.headers["x-content-type-options"] == "nosniff"


async def test_a_large_body_is_refused_and_the_next_request_served(platform: Platform, admin_token: str) -> None:
    async with serving(platform) as ports, a_client(ports["admin"], admin_token) as client:
        answer = await client.post(
            "/domains", content=b" " * (8 * 1024 * 1024), headers={"Content-Type": "application/json"}
        )
        assert answer.status_code == 413
        assert (await client.get("/domains")).status_code == 200


async def test_octets_that_are_no_http_are_answered(platform: Platform) -> None:
    async with serving(platform) as ports:
        for octets in (
            b"\x16\x03\x01\x00\xa5\r\n\r\n",
            b"GET /%zz%00 HTTP/1.1\r\n\r\n",
        ):
            reader, writer = await asyncio.open_connection("127.0.0.1", ports["admin"])
            writer.write(octets)
            answer = await asyncio.wait_for(reader.readline(), 5)
            assert answer.startswith(b"HTTP/1.1 4"), answer
            writer.close()
            await writer.wait_closed()


@pytest.mark.usefixtures("empty")
async def test_the_first_token_is_printed_once(platform: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    unset = replace(platform, environment=platform.environment.model_copy(update={"admin_token": None}))
    async with serving(unset) as ports:
        line = capsys.readouterr().out
        assert line.startswith("admin token: hik_")
        async with a_client(ports["admin"], line.removeprefix("admin token: ").strip()) as client:
            assert (await client.get("/tokens")).status_code == 200
    async with serving(unset):
        assert "admin token" not in capsys.readouterr().out


@pytest.mark.usefixtures("empty")
async def test_replicas_that_start_at_once_print_one_token(
    platform: Platform,
    database_url: str,
    tmp_path: Path,
    open_platform: OpenPlatform,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "other").mkdir()
    async with open_platform(database_url, tmp_path / "other") as other, AsyncExitStack() as stack:
        replicas = [
            AdminService(replace(each, environment=each.environment.model_copy(update={"admin_token": None})))
            for each in (platform, other)
        ]
        await asyncio.gather(*(replica.start() for replica in replicas))
        for replica in replicas:
            stack.push_async_callback(replica.stop, 5)
        assert capsys.readouterr().out.count("admin token: ") == 1


async def test_a_change_holds_in_the_other_replica_within_a_second(
    platform: Platform, database_url: str, tmp_path: Path, open_platform: OpenPlatform, admin_token: str
) -> None:
    (tmp_path / "other").mkdir()
    async with (
        open_platform(database_url, tmp_path / "other") as other,
        serving(platform) as ours,
        serving(other) as theirs,
        a_client(ours["admin"], admin_token) as here,
        a_client(theirs["admin"], admin_token) as there,
    ):
        token = (await here.post("/tokens", json={"name": "console", "scopes": ["read"]})).json()
        async with a_client(theirs["admin"], token["token"]) as console:
            assert (await console.get("/domains")).status_code == 200
            await here.delete(f"/tokens/{token['id']}")
            began = time.monotonic()
            while (await console.get("/domains")).status_code == 200:
                assert time.monotonic() - began < 1
                await asyncio.sleep(0.02)
        await here.patch("/settings/smtp", json={"max_hops": 9})
        began = time.monotonic()
        while other.settings.current.settings.smtp.max_hops != 9:
            assert time.monotonic() - began < 1
            await asyncio.sleep(0.02)
        assert (await there.get("/settings/smtp")).json()["max_hops"] == 9


async def test_two_that_change_at_once_do_not_undo_each_other(
    platform: Platform, database_url: str, tmp_path: Path, open_platform: OpenPlatform, admin_token: str
) -> None:
    (tmp_path / "other").mkdir()
    async with (
        open_platform(database_url, tmp_path / "other") as other,
        serving(platform) as ours,
        serving(other) as theirs,
        a_client(ours["admin"], admin_token) as here,
        a_client(theirs["admin"], admin_token) as there,
    ):
        await here.post("/domains", json={"name": "example.com"})
        etag = (await here.post("/accounts", json={"address": "a@example.com"})).headers["etag"]
        answers = await asyncio.gather(
            *(
                client.patch("/accounts/a@example.com", json={"enabled": False}, headers={"If-Match": etag})
                for client in (here, there)
            ),
            *(client.post("/accounts", json={"address": "b@example.com"}) for client in (here, there)),
            *(client.patch("/settings/smtp", json={"max_hops": 9}) for client in (here, there)),
            here.patch("/settings/smtp", json={"max_recipients": 7}),
        )
        statuses = [answer.status_code for answer in answers]
        assert sorted(statuses[:2]) == [200, 412]
        assert sorted(statuses[2:4]) == [201, 409]
        assert statuses[4:] == [200, 200, 200]
        smtp = (await there.get("/settings/smtp")).json()
        assert (smtp["max_hops"], smtp["max_recipients"]) == (9, 7)
        assert (await there.get("/settings/revisions")).json()["items"][0]["number"] == 2


async def test_a_port_that_is_taken_is_a_configuration_error(platform: Platform) -> None:
    async with serving(platform) as ports:
        taken = platform.environment.model_copy(update={"public_port": ports["admin"]})
        service = AdminService(replace(platform, environment=taken))
        with pytest.raises(ConfigurationError, match="PUBLIC_PORT"):
            await service.start()
