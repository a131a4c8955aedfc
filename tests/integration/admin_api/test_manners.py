"""What every entity does alike, asked of each of them."""

import httpx
import pytest
from tests.integration.admin_api.entities import ACCOUNTS, ALIASES, DOMAINS, Fields, Kind


@pytest.fixture(params=[DOMAINS, ACCOUNTS, ALIASES], ids=lambda kind: kind.path)
async def kind(request: pytest.FixtureRequest, api: httpx.AsyncClient) -> Kind:
    kind: Kind = request.param
    if kind is not DOMAINS:
        assert (await api.post("/domains", json={"name": "example.com"})).status_code == 201
    if kind is ALIASES:
        assert (await api.post("/accounts", json={"address": "ada@example.com"})).status_code == 201
    return kind


async def made(api: httpx.AsyncClient, kind: Kind, n: int = 1) -> httpx.Response:
    answer = await api.post(kind.path, json=kind.written(n))
    assert answer.status_code == 201, answer.text
    return answer


def is_problem(answer: httpx.Response, status: int) -> bool:
    document = answer.json()
    return (
        answer.status_code == document["status"] == status
        and answer.headers["content-type"] == "application/problem+json"
        and {"type", "title", "detail"} <= document.keys()
    )


async def test_made_is_where_location_says(api: httpx.AsyncClient, kind: Kind) -> None:
    answer = await made(api, kind)
    assert kind.written(1).items() <= answer.json().items()
    found = await api.get(f"http://api.test{answer.headers['location']}")
    assert found.status_code == 200
    assert (found.json(), found.headers["etag"]) == (answer.json(), answer.headers["etag"])


async def test_a_duplicate_is_409(api: httpx.AsyncClient, kind: Kind) -> None:
    await made(api, kind)
    assert is_problem(await api.post(kind.path, json=kind.written(1)), 409)


async def test_what_is_not_there_is_404(api: httpx.AsyncClient, kind: Kind) -> None:
    for key in (kind.written(7)[kind.key], "nonsense", "..", "飛脚"):
        assert is_problem(await api.get(kind.one(key)), 404)
        assert is_problem(await api.patch(kind.one(key), json=kind.change), 404)
        assert is_problem(await api.delete(kind.one(key)), 404)


async def test_awkward_keys_come_through_paths(api: httpx.AsyncClient, kind: Kind) -> None:
    for key in kind.awkward:
        answer = await api.post(kind.path, json=kind.written(1) | {kind.key: key})
        assert (answer.status_code, answer.json()[kind.key]) == (201, key)
        assert (await api.get(kind.one(key))).json() == answer.json()
        assert (await api.get(f"http://api.test{answer.headers['location']}")).json() == answer.json()
        assert (await api.delete(kind.one(key))).status_code == 204
        assert is_problem(await api.get(kind.one(key)), 404)


async def test_what_is_not_allowed_is_422_and_nothing_is_made(api: httpx.AsyncClient, kind: Kind) -> None:
    before = (await api.get(kind.path)).json()
    for body in kind.nonsense:
        answer = await api.post(kind.path, json=body)
        assert is_problem(answer, 422), answer.text
        assert all(error["loc"][0] == "body" and error["msg"] for error in answer.json()["errors"])
    assert (await api.get(kind.path)).json() == before


async def test_an_unknown_key_is_named_with_those_there_are(api: httpx.AsyncClient, kind: Kind) -> None:
    await made(api, kind)
    key = kind.written(1)[kind.key]
    for answer in (
        await api.post(kind.path, json=kind.written(2) | {"colour": "red"}),
        await api.patch(kind.one(key), json={"colour": "red"}),
    ):
        assert is_problem(answer, 422)
        (error,) = answer.json()["errors"]
        assert error["loc"] == ["body", "colour"]
        assert kind.key in error["msg"]


async def test_a_list_comes_page_by_page(api: httpx.AsyncClient, kind: Kind) -> None:
    keys = [kind.written(n)[kind.key] for n in range(1, 6)]
    for n in (3, 1, 5, 2, 4):
        await made(api, kind, n)
    seen: list[str] = []
    cursor: str | None = None
    sizes = []
    while cursor is not None or not seen:
        page = (await api.get(kind.path, params={"limit": 2} | ({"cursor": cursor} if cursor else {}))).json()
        sizes.append(len(page["items"]))
        seen += [item[kind.key] for item in page["items"]]
        cursor = page["next"]
    assert [key for key in seen if key in keys] == keys
    assert set(sizes[:-1]) == {2}


async def test_q_filters(api: httpx.AsyncClient, kind: Kind) -> None:
    for n in (1, 2, 12):
        await made(api, kind, n)
    found = (await api.get(kind.path, params={"q": "02"})).json()["items"]
    assert [item[kind.key] for item in found] == [kind.written(2)[kind.key]]
    assert (await api.get(kind.path, params={"q": "%"})).json()["items"] == []


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=501", "limit=x", "cursor=%21", "cursor=YQ%3D%3D", "q=%00", "q=" + "x" * 400]
)
async def test_a_wrong_query_is_422(api: httpx.AsyncClient, kind: Kind, query: str) -> None:
    answer = await api.get(f"{kind.path}?{query}")
    assert is_problem(answer, 422)
    assert answer.json()["errors"][0]["loc"] == ["query", query.partition("=")[0]]


async def test_if_none_match_spares_the_content(api: httpx.AsyncClient, kind: Kind) -> None:
    answer = await made(api, kind)
    one, etag = kind.one(kind.written(1)[kind.key]), answer.headers["etag"]
    again = await api.get(one, headers={"If-None-Match": etag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert (await api.get(one, headers={"If-None-Match": '"other"'})).status_code == 200


async def test_if_match_refuses_what_has_changed(api: httpx.AsyncClient, kind: Kind) -> None:
    answer = await made(api, kind)
    one, etag = kind.one(kind.written(1)[kind.key]), answer.headers["etag"]
    for stale in ('"other"', f"W/{etag}", "nonsense"):
        assert is_problem(await api.patch(one, json=kind.change, headers={"If-Match": stale}), 412)
        assert is_problem(await api.delete(one, headers={"If-Match": stale}), 412)
    changed = await api.patch(one, json=kind.change, headers={"If-Match": f'"other", {etag}'})
    assert changed.status_code == 200
    assert (await api.patch(one, json=kind.change, headers={"If-Match": "*"})).status_code == 200
    latest = changed.headers["etag"]
    if latest != etag:
        assert is_problem(await api.delete(one, headers={"If-Match": etag}), 412)
    assert (await api.delete(one, headers={"If-Match": latest})).status_code == 204


@pytest.mark.parametrize("media_type", ["application/json", "application/merge-patch+json"])
async def test_a_patch_changes_what_it_names(api: httpx.AsyncClient, kind: Kind, media_type: str) -> None:
    before = (await made(api, kind)).json()
    one = kind.one(before[kind.key])
    answer = await api.patch(one, json=kind.change, headers={"Content-Type": media_type})
    assert answer.status_code == 200, answer.text
    after = answer.json()
    assert after == before | kind.change | {"updated_at": after["updated_at"]}
    assert (await api.get(one)).json() == after


async def test_null_puts_a_field_back_or_is_422(api: httpx.AsyncClient, kind: Kind) -> None:
    one = kind.one((await made(api, kind)).json()[kind.key])
    answer = await api.patch(one, json={kind.key: None})
    assert is_problem(answer, 422)
    assert answer.json()["errors"][0]["loc"] == ["body", kind.key]
    if kind.reset is not None:
        name, default = kind.reset
        assert (await api.get(one)).json()[name] != default
        assert (await api.patch(one, json={name: None})).json()[name] == default


async def test_the_key_cannot_be_changed(api: httpx.AsyncClient, kind: Kind) -> None:
    one = kind.one((await made(api, kind)).json()[kind.key])
    answer = await api.patch(one, json={kind.key: kind.written(2)[kind.key]})
    assert is_problem(answer, 422)
    assert answer.json()["errors"][0]["loc"] == ["body", kind.key]


async def test_every_change_is_in_the_audit_log(api: httpx.AsyncClient, kind: Kind) -> None:
    first = (await made(api, kind)).json()
    one = kind.one(first[kind.key])
    second = (await api.patch(one, json=kind.change)).json()
    assert (await api.delete(one)).status_code == 204
    query = {"entity": kind.name, "key": first[kind.key]}
    entries = (await api.get("/audit", params=query)).json()["items"]
    told = [(entry["action"], entry["before"], _shown(entry["after"])) for entry in reversed(entries)]
    updates = [("update", first, second)] if second != first else []
    assert told == [("create", None, first), *updates, ("delete", second, None)]
    assert {entry["author"] for entry in entries} == {"environment"}


def _shown(entity: Fields | None) -> Fields | None:
    # What the log says of a password is for `test_secrets.py` to see.
    return entity and {name: value for name, value in entity.items() if name != "password"}


async def test_what_fails_is_not_in_the_audit_log(api: httpx.AsyncClient, kind: Kind) -> None:
    await made(api, kind)
    before = (await api.get("/audit")).json()
    await api.post(kind.path, json=kind.written(1))
    await api.post(kind.path, json=kind.nonsense[0])
    await api.delete(kind.one(kind.written(9)[kind.key]))
    assert (await api.get("/audit")).json() == before
