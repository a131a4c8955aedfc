"""`/addons`: the manners of every entity, what the deployment allows, the order, and what a patch may make of one."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from mailcore.platform import Platform

PATH = "/addons"
HOOK = "https://hooks.test/scan?deep=1"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Give a directory with two programs."""
    made = tmp_path / "programs"
    made.mkdir()
    for name in ("scan.py", "mark"):
        (made / name).write_text("#!/bin/sh\n")
        (made / name).chmod(0o755)
    return made


@pytest.fixture
def platform(platform: Platform, directory: Path) -> Platform:
    """Give a platform whose deployment allows programs and one host of hooks."""
    allowed = {"addons_dir": directory, "addon_hosts": ("hooks.test",)}
    return replace(platform, environment=platform.environment.model_copy(update=allowed))


@pytest.fixture
async def api(api: httpx.AsyncClient) -> httpx.AsyncClient:
    """Give a client of a system with the account ada in example.com."""
    assert (await api.post("/domains", json={"name": "example.com"})).status_code == 201
    assert (await api.post("/accounts", json={"address": "ada@example.com"})).status_code == 201
    return api


async def made(api: httpx.AsyncClient, name: str, **fields: Any) -> dict[str, Any]:
    answer = await api.post(PATH, json={"name": name, "command": ["scan.py"]} | fields)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def order(api: httpx.AsyncClient, **asked: str) -> list[str]:
    return [item["name"] for item in (await api.get(PATH, params=asked)).json()["items"]]


def problems_of(answer: httpx.Response) -> dict[tuple[str | int, ...], str]:
    assert answer.status_code == 422, answer.text
    return {tuple(error["loc"]): error["msg"] for error in answer.json()["errors"]}


async def test_made_is_where_location_says(api: httpx.AsyncClient) -> None:
    answer = await api.post(
        PATH, json={"name": "検査", "command": ["scan.py", "--fast", ""], "scope": "ADA@Example.com"}
    )
    assert answer.status_code == 201, answer.text
    addon = answer.json()
    assert answer.headers["location"] == f"/api/v1{PATH}/{addon['id']}"
    assert (addon["command"], addon["url"], addon["scope"]) == (["scan.py", "--fast", ""], None, "ada@example.com")
    assert (addon["position"], addon["enabled"]) == (1, True)
    found = await api.get(f"{PATH}/{addon['id']}")
    assert (found.json(), found.headers["etag"]) == (addon, answer.headers["etag"])
    assert (await api.post(PATH, json={"name": "検査", "command": ["mark"]})).status_code == 409
    assert (await api.get(f"{PATH}/99999")).status_code == 404


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("server", "server"),
        ("everybody", "server"),
        ("EXAMPLE.com", "example.com"),
        ("unknown:Example.COM", "unknown:example.com"),
        ("Ada@example.com", "ada@example.com"),
    ],
)
async def test_scopes_have_one_form(api: httpx.AsyncClient, written: str, stored: str) -> None:
    assert (await made(api, "one", scope=written))["scope"] == stored


async def test_they_are_in_an_order_and_found_page_by_page(api: httpx.AsyncClient) -> None:
    first, _, last = [await made(api, name) for name in ("a", "b", "c")]
    assert (await api.patch(f"{PATH}/{last['id']}", json={"position": 1})).status_code == 200
    await made(api, "d", position=2, scope="example.com")
    assert await order(api) == ["c", "d", "a", "b"]
    page = (await api.get(PATH, params={"limit": 3})).json()
    rest = (await api.get(PATH, params={"limit": 3, "cursor": page["next"]})).json()
    assert [item["name"] for item in page["items"] + rest["items"]] == ["c", "d", "a", "b"]
    assert await order(api, q="example") == ["d"]
    assert (await api.delete(f"{PATH}/{first['id']}")).status_code == 204
    assert [item["position"] for item in (await api.get(PATH)).json()["items"]] == [1, 2, 3]


async def test_a_program_becomes_a_hook_in_one_patch_and_is_never_both(api: httpx.AsyncClient) -> None:
    one = f"{PATH}/{(await made(api, 'one'))['id']}"
    for both_or_none in ({"url": HOOK}, {"command": None}):
        (said,) = problems_of(await api.patch(one, json=both_or_none)).values()
        assert said.endswith("an addon has a command or a url, one of both")
    changed = await api.patch(one, json={"url": HOOK, "command": None})
    assert (changed.json()["url"], changed.json()["command"]) == (HOOK, None)


async def test_what_is_allowed_no_more_may_change_otherwise_and_be_removed(
    api: httpx.AsyncClient, directory: Path
) -> None:
    one = f"{PATH}/{(await made(api, 'one'))['id']}"
    (directory / "scan.py").unlink()
    assert (await api.patch(one, json={"enabled": False})).status_code == 200
    assert ("command", 0) in {
        loc[-2:] for loc in problems_of(await api.patch(one, json={"command": ["scan.py", "-v"]}))
    }
    assert (await api.patch(one, json={"command": ["mark"]})).status_code == 200
    assert (await api.delete(one)).status_code == 204
    assert await order(api) == []


async def test_who_read_an_older_version_changes_nothing(api: httpx.AsyncClient) -> None:
    one = f"{PATH}/{(await made(api, 'one'))['id']}"
    old = {"If-Match": (await api.get(one)).headers["etag"]}
    assert (await api.patch(one, json={"enabled": False}, headers=old)).status_code == 200
    assert (await api.patch(one, json={"enabled": True}, headers=old)).status_code == 412
    assert (await api.delete(one, headers=old)).status_code == 412


async def test_the_audit_log_shows_what_would_be_run(api: httpx.AsyncClient) -> None:
    one = await made(api, "one")
    await api.patch(f"{PATH}/{one['id']}", json={"command": ["mark", "--all"]})
    entries = (await api.get("/audit", params={"entity": "addon"})).json()["items"]
    assert [entry["action"] for entry in entries] == ["update", "create"]
    assert (entries[0]["before"]["command"], entries[0]["after"]["command"]) == (["scan.py"], ["mark", "--all"])
