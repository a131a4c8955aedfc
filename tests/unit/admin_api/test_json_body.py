from typing import Annotated

import httpx
import pytest
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from admin_api.errors import add_error_handlers
from admin_api.json_body import MOST_OCTETS, JsonRoute, strictly
from admin_api.route_table import RouteTable


class Thing(BaseModel):
    """What the routes here take."""

    model_config = ConfigDict(extra="forbid")

    name: str
    size: Annotated[int, Field(ge=1)] = 1
    ready: bool = True
    labels: tuple[str, ...] = ()
    secret: Annotated[SecretStr, Field(min_length=8)] | None = None

    @field_validator("name")
    @classmethod
    def _no_cats(cls, name: str) -> str:
        if "cat" in name:
            raise ValueError("{name}: no cats; allowed: dogs")
        return name


@pytest.fixture
async def client() -> httpx.AsyncClient:
    app = FastAPI()
    app.router.route_class = JsonRoute

    async def take(thing: Thing) -> str:
        return thing.name

    take.__annotations__["thing"] = strictly(Thing)
    app.post("/things")(take)
    app.patch("/things")(take)
    add_error_handlers(app, lambda: RouteTable(app.openapi()))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api.test")


async def test_what_the_model_wants_is_taken(client: httpx.AsyncClient) -> None:
    answer = await client.post("/things", json={"name": "飛脚", "labels": ["a"], "secret": "long enough"})
    assert (answer.status_code, answer.json()) == (200, "飛脚")


@pytest.mark.parametrize(
    ("octets", "loc"),
    [
        (b'{"name": "x"', ["body"]),
        (b'{"name": NaN}', ["body"]),
        (b'{"name": "\xff"}', ["body"]),
        (b'{"name": "\\ud800"}', ["body"]),
        (b"[" * 100_000, ["body"]),
        (b"9" * 5000, ["body"]),
        (b'{"name": "a\\u0000b"}', ["body", "name"]),
        (b'{"name": "a", "labels": ["x", "\\u0000"]}', ["body", "labels", 1]),
        (b'{"na\\u0000me": "a"}', ["body"]),
        (b"null", ["body"]),
        (b"", ["body"]),
        (b'{"name": "a", "size": "1"}', ["body", "size"]),
        (b'{"name": "a", "size": true}', ["body", "size"]),
        (b'{"name": "a", "size": 1e999}', ["body", "size"]),
        (b'{"name": "a", "size": 0}', ["body", "size"]),
        (b'{"name": "a", "ready": 1}', ["body", "ready"]),
        (b'{"name": "a", "ready": "yes"}', ["body", "ready"]),
        (b'{"size": 1}', ["body", "name"]),
    ],
)
async def test_what_it_does_not_want_is_422(client: httpx.AsyncClient, octets: bytes, loc: list[object]) -> None:
    answer = await client.post("/things", content=octets, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["loc"] for error in answer.json()["errors"]] == [loc]


async def test_an_unknown_key_is_told_which_there_are(client: httpx.AsyncClient) -> None:
    answer = await client.post("/things", json={"name": "a", "colour": "red"})
    assert answer.json()["errors"] == [
        {"loc": ["body", "colour"], "msg": "There is no such key; allowed: name, size, ready, labels, secret"}
    ]


async def test_the_words_of_a_validator_arrive_as_they_are(client: httpx.AsyncClient) -> None:
    answer = await client.post("/things", json={"name": "cat"})
    assert answer.json()["errors"] == [{"loc": ["body", "name"], "msg": "{name}: no cats; allowed: dogs"}]


async def test_a_wrong_secret_is_not_repeated(client: httpx.AsyncClient) -> None:
    answer = await client.post("/things", json={"name": "a", "secret": "hunter2"})
    assert answer.status_code == 422
    assert "hunter2" not in answer.text


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml", None])
async def test_other_media_types_are_415(client: httpx.AsyncClient, media_type: str | None) -> None:
    headers = {"Content-Type": media_type} if media_type else {}
    answer = await client.post("/things", content=b'{"name": "a"}', headers=headers)
    assert answer.status_code == 415
    assert "application/json" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("method", "media_type", "status"),
    [
        ("PATCH", "application/merge-patch+json", 200),
        ("PATCH", "Application/JSON; charset=utf-8", 200),
        ("PATCH", "application/json-patch+json", 415),
        ("POST", "application/merge-patch+json", 415),
    ],
)
async def test_merge_patches_are_for_patch(
    client: httpx.AsyncClient, method: str, media_type: str, status: int
) -> None:
    answer = await client.request(method, "/things", content=b'{"name": "a"}', headers={"Content-Type": media_type})
    assert answer.status_code == status


async def test_a_body_of_one_mebibyte_is_the_largest(client: httpx.AsyncClient) -> None:
    room = MOST_OCTETS - len(b'{"name": ""}')
    json = {"Content-Type": "application/json"}
    largest = await client.post("/things", content=b'{"name": "%s"}' % (b"x" * room), headers=json)
    assert largest.status_code == 200
    larger = await client.post("/things", content=b'{"name": "%s"}' % (b"x" * (room + 1)), headers=json)
    assert larger.status_code == 413
    assert larger.headers["content-type"] == "application/problem+json"
