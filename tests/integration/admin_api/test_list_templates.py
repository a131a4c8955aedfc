"""`/lists/{list}/templates`: what a list's own messages say, read, changed, looked at and put back."""

from typing import Any, get_args

import httpx
import pytest

from mailcore.directory.list_template import TemplateName

TEMPLATES = "/lists/birds@example.com/templates"
OWN = {"subject": "{list} へようこそ", "body": "{member} さん\n\n{description}\n投稿は {address} へ\n"}


@pytest.fixture
async def birds(api: httpx.AsyncClient) -> None:
    """Make a list in Japanese."""
    await api.post("/domains", json={"name": "example.com"})
    fields = {"address": "birds@example.com", "name": "birds", "owner": "olga@example.org", "language": "ja"}
    answer = await api.post("/lists", json=fields | {"display_name": "鳥の会"})
    assert answer.status_code == 201, answer.text


pytestmark = pytest.mark.usefixtures("birds")


async def test_all_are_there_page_by_page(api: httpx.AsyncClient) -> None:
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        page = (await api.get(TEMPLATES, params={"limit": 4} | ({} if cursor is None else {"cursor": cursor}))).json()
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    assert [one["name"] for one in found] == sorted(get_args(TemplateName))
    assert not any(one["is_changed"] for one in found)
    assert "参加の確認 confirm {token}" in {one["name"]: one for one in found}["confirm_subscribe"]["subject"]
    assert (await api.get(TEMPLATES, params={"limit": 100})).json()["next"] is None


async def test_the_usual_words_are_in_the_language_of_the_list(api: httpx.AsyncClient) -> None:
    assert "ようこそ" in (await api.get(f"{TEMPLATES}/welcome")).json()["body"]
    await api.patch("/lists/birds@example.com", json={"language": "en"})
    assert "Welcome" in (await api.get(f"{TEMPLATES}/welcome")).json()["body"]


async def test_one_is_put_read_and_put_back(api: httpx.AsyncClient) -> None:
    usual = await api.get(f"{TEMPLATES}/welcome")
    stored = await api.put(f"{TEMPLATES}/welcome", json=OWN, headers={"If-Match": usual.headers["ETag"]})
    assert stored.status_code == 200, stored.text
    read = await api.get(f"{TEMPLATES}/welcome")
    assert read.json() == stored.json() == {**usual.json(), **OWN, "is_changed": True}
    assert read.headers["ETag"] == stored.headers["ETag"] != usual.headers["ETag"]
    unchanged = await api.get(f"{TEMPLATES}/welcome", headers={"If-None-Match": read.headers["ETag"]})
    assert unchanged.status_code == 304
    late = await api.put(f"{TEMPLATES}/welcome", json=OWN, headers={"If-Match": usual.headers["ETag"]})
    assert late.status_code == 412
    assert (await api.delete(f"{TEMPLATES}/welcome")).status_code == 204
    assert (await api.get(f"{TEMPLATES}/welcome")).json() == usual.json()
    assert (await api.delete(f"{TEMPLATES}/welcome")).status_code == 404
    noted = (await api.get("/audit", params={"entity": "list_template"})).json()["items"]
    assert sorted((one["action"], one["key"]) for one in noted) == [
        ("create", "birds@example.com/welcome"),
        ("delete", "birds@example.com/welcome"),
    ]


@pytest.mark.parametrize("path", [f"{TEMPLATES}/welcome", f"{TEMPLATES}/welcome/preview"])
async def test_what_stands_for_nothing_is_refused_and_named(api: httpx.AsyncClient, path: str) -> None:
    method = "POST" if path.endswith("preview") else "PUT"
    answer = await api.request(method, path, json={"subject": "Hi {mamber}", "body": "{token}"})
    assert answer.status_code == 422
    subject, body = answer.json()["errors"]
    assert (subject["loc"], body["loc"]) == (["body", "subject"], ["body", "body"])
    assert subject["msg"].startswith("{mamber} stands for nothing in welcome; allowed: {address}, {description}")


@pytest.mark.parametrize("wrong", [{"subject": ""}, {"body": ""}, {"subject": "a\nb"}, {"body": None}, {"more": 1}])
async def test_what_is_no_text_is_refused(api: httpx.AsyncClient, wrong: dict[str, object]) -> None:
    assert (await api.put(f"{TEMPLATES}/welcome", json={**OWN, **wrong})).status_code == 422


async def test_a_message_without_its_token_is_refused(api: httpx.AsyncClient) -> None:
    answer = await api.put(f"{TEMPLATES}/held", json={"subject": "{poster}", "body": "{reason}"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["msg"].startswith("{approve} or {token} must stand")


async def test_one_is_looked_at_before_it_is_stored(api: httpx.AsyncClient) -> None:
    answer = await api.post(f"{TEMPLATES}/welcome/preview", json=OWN)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "subject": "鳥の会 へようこそ",
        "body": "ken@example.org さん\n\n投稿は birds@example.com へ\n",
    }
    assert not (await api.get(f"{TEMPLATES}/welcome")).json()["is_changed"]


@pytest.mark.parametrize("path", [f"{TEMPLATES}/nothing", "/lists/fish@example.com/templates/welcome"])
async def test_there_are_no_others(api: httpx.AsyncClient, path: str) -> None:
    for method in ("GET", "DELETE"):
        assert (await api.request(method, path)).status_code == 404
    assert (await api.put(path, json=OWN)).status_code == 404
    assert (await api.post(f"{path}/preview", json=OWN)).status_code == 404
