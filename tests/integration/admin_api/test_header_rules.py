"""`/header-rules`: the manners of every entity, the places of mistakes, the order, and rules tried beforehand."""

from typing import Any

import httpx
import pytest

PATH = "/header-rules"
STOP: dict[str, Any] = {"actions": [{"kind": "stop"}]}
SIZE = {"kind": "size", "at_least": 0, "at_most": None}
BAD = {"kind": "header", "name": "Subject", "op": "matches", "value": "a(b"}


@pytest.fixture
async def api(api: httpx.AsyncClient) -> httpx.AsyncClient:
    """Give a client of a system with the accounts ada and bea in example.com."""
    assert (await api.post("/domains", json={"name": "example.com"})).status_code == 201
    for name in ("ada", "bea"):
        assert (await api.post("/accounts", json={"address": f"{name}@example.com"})).status_code == 201
    return api


async def made(api: httpx.AsyncClient, name: str = "a rule", **fields: Any) -> dict[str, Any]:
    answer = await api.post(PATH, json={"name": name} | STOP | fields)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def order(api: httpx.AsyncClient) -> list[str]:
    return [item["name"] for item in (await api.get(PATH)).json()["items"]]


def problems_of(answer: httpx.Response) -> dict[tuple[str | int, ...], str]:
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return {tuple(error["loc"]): error["msg"] for error in answer.json()["errors"]}


async def test_made_is_where_location_says(api: httpx.AsyncClient) -> None:
    written: dict[str, Any] = {
        "name": "広告",
        "when": [{"kind": "any", "of": [SIZE, {"kind": "not", "of": SIZE}]}],
        "actions": [{"kind": "copy_to", "to": ["BEA@example.com", "ken@example.org", "bea@EXAMPLE.com"]}],
        "scope": "ADA@Example.com",
        "direction": "both",
    }
    answer = await api.post(PATH, json=written)
    assert answer.status_code == 201, answer.text
    rule = answer.json()
    assert answer.headers["location"] == f"/api/v1{PATH}/{rule['id']}"
    assert rule["when"] == written["when"]
    assert rule["actions"] == [{"kind": "copy_to", "to": ["bea@example.com", "ken@example.org"]}]
    assert (rule["scope"], rule["position"], rule["enabled"]) == ("ada@example.com", 1, True)
    found = await api.get(f"{PATH}/{rule['id']}")
    assert (found.json(), found.headers["etag"]) == (rule, answer.headers["etag"])
    again = await api.get(f"{PATH}/{rule['id']}", headers={"If-None-Match": found.headers["etag"]})
    assert again.status_code == 304


async def test_a_name_is_one_rule_s(api: httpx.AsyncClient) -> None:
    await made(api)
    assert (await api.post(PATH, json={"name": "a rule"} | STOP)).status_code == 409
    other = await made(api, "another")
    assert (await api.patch(f"{PATH}/{other['id']}", json={"name": "a rule"})).status_code == 409


@pytest.mark.parametrize("key", ["7", "try", "..", "飛脚", "99999999999999999999"])
async def test_what_is_not_there_is_404(api: httpx.AsyncClient, key: str) -> None:
    for answer in (
        await api.get(f"{PATH}/{key}"),
        await api.patch(f"{PATH}/{key}", json={"enabled": False}),
        await api.delete(f"{PATH}/{key}"),
    ):
        assert answer.status_code == 404


@pytest.mark.parametrize(
    ("fields", "place", "said"),
    [
        ({"when": [BAD]}, ("when", 0, "value"), "not a regular expression: at character 2: missing )"),
        (
            {"when": [SIZE, {"kind": "any", "of": [SIZE, {"kind": "not", "of": BAD}]}]},
            ("when", 1, "of", 1, "of", "value"),
            "at character 2",
        ),
        ({"when": [{"kind": "header", "name": "X", "op": "equals"}]}, ("when", 0, "value"), "needs a value"),
        ({"when": [{"kind": "moon"}]}, ("when", 0), "expected tags"),
        ({"when": [{"kind": "size", "colour": 1}]}, ("when", 0, "colour"), "not permitted"),
        ({"when": [{"kind": "header", "op": "exists"}]}, ("when", 0, "name"), "required"),
        ({"when": SIZE}, ("when",), "array"),
        ({"actions": []}, ("actions",), "at least one"),
        ({"actions": None}, ("actions",), "array"),
        (
            {"actions": [{"kind": "stop"}, {"kind": "set_header", "name": "received", "value": "x"}]},
            ("actions", 1, "name"),
            "written by this server alone",
        ),
        ({"actions": [{"kind": "add_header", "name": "X", "value": "a\nBcc: b"}]}, ("actions", 0, "value"), "2"),
        (
            {"actions": [{"kind": "redirect", "to": ["ada@example.com", "nobody@example.com"]}]},
            ("actions", 0, "to", 1),
            "nobody@example.com is no local address",
        ),
        ({"scope": "example.org"}, ("scope",), "example.org is no managed domain"),
        ({"scope": "nobody@example.com"}, ("scope",), "there is no account nobody@example.com"),
        ({"direction": "up"}, ("direction",), "incoming"),
        ({"position": 0}, ("position",), "1"),
        ({"enabled": "yes"}, ("enabled",), "boolean"),
        ({"colour": "red"}, ("colour",), "There is no such key"),
    ],
)
async def test_what_is_not_allowed_is_named_where_it_is(
    api: httpx.AsyncClient, fields: dict[str, Any], place: tuple[str | int, ...], said: str
) -> None:
    rule = await made(api)
    for answer in (
        await api.post(PATH, json={"name": "x"} | STOP | fields),
        *([] if None in fields.values() else [await api.patch(f"{PATH}/{rule['id']}", json=fields)]),
    ):
        problems = problems_of(answer)
        assert list(problems) == [("body", *place)]
        assert said in problems[("body", *place)]
    assert await order(api) == ["a rule"]


async def test_a_patch_replaces_conditions_and_actions_whole_and_null_resets(api: httpx.AsyncClient) -> None:
    rule = await made(api, when=[SIZE, SIZE], scope="example.com", enabled=False)
    one = f"{PATH}/{rule['id']}"
    changes = {"when": [SIZE], "actions": [{"kind": "discard"}], "scope": None, "enabled": None}
    changed = (await api.patch(one, json=changes)).json()
    assert (changed["when"], changed["actions"]) == ([SIZE], [{"kind": "discard"}])
    assert (changed["scope"], changed["enabled"]) == ("everybody", True)
    assert (await api.patch(one, json={"when": None})).json()["when"] == []
    assert list(problems_of(await api.patch(one, json={"actions": None}))) == [("body", "actions")]


async def test_a_change_that_changes_nothing_is_none(api: httpx.AsyncClient) -> None:
    rule = await made(api, when=[SIZE])
    before = (await api.get(f"{PATH}/{rule['id']}")).headers["etag"]
    same = await api.patch(f"{PATH}/{rule['id']}", json={"when": [{"kind": "size"}], "name": "a rule"})
    assert same.headers["etag"] == before


async def test_who_read_an_older_version_changes_nothing(api: httpx.AsyncClient) -> None:
    rule = await made(api)
    etag = (await api.get(f"{PATH}/{rule['id']}")).headers["etag"]
    await api.patch(f"{PATH}/{rule['id']}", json={"enabled": False})
    old = {"If-Match": etag}
    assert (await api.patch(f"{PATH}/{rule['id']}", json={"enabled": True}, headers=old)).status_code == 412
    assert (await api.delete(f"{PATH}/{rule['id']}", headers=old)).status_code == 412


async def test_the_order_and_paging(api: httpx.AsyncClient) -> None:
    first, _, last = [await made(api, name) for name in "abc"]
    await api.patch(f"{PATH}/{last['id']}", json={"position": 1})
    assert await order(api) == ["c", "a", "b"]
    await made(api, "d", position=2)
    assert await order(api) == ["c", "d", "a", "b"]
    page = (await api.get(PATH, params={"limit": 3})).json()
    rest = (await api.get(PATH, params={"limit": 3, "cursor": page["next"]})).json()
    assert [item["name"] for item in page["items"] + rest["items"]] == ["c", "d", "a", "b"]
    assert [item["name"] for item in (await api.get(PATH, params={"q": "C"})).json()["items"]] == ["c"]
    assert (await api.delete(f"{PATH}/{first['id']}")).status_code == 204
    assert [item["position"] for item in (await api.get(PATH)).json()["items"]] == [1, 2, 3]


async def test_the_audit_log_shows_what_changed(api: httpx.AsyncClient) -> None:
    rule = await made(api, when=[SIZE])
    await api.patch(f"{PATH}/{rule['id']}", json={"enabled": False})
    entries = (await api.get("/audit", params={"entity": "header_rule"})).json()["items"]
    assert [entry["action"] for entry in entries] == ["update", "create"]
    assert (entries[0]["before"]["enabled"], entries[0]["after"]["enabled"]) == (True, False)
    assert entries[1]["after"]["when"] == [SIZE]


SAMPLE: dict[str, Any] = {
    "message": "From: bob@example.net\nSubject: =?UTF-8?B?5bqD5ZGK?= now\n\nBuy.\n",
    "sender": "bob@example.net",
    "recipient": "ada@example.com",
}


async def tried(api: httpx.AsyncClient, *actions: dict[str, Any], **sample: Any) -> dict[str, Any]:
    when = [{"kind": "header", "name": "Subject", "op": "starts_with", "value": "広告"}]
    rules = [
        {"name": "never", "when": [{"kind": "any", "of": []}], "actions": [{"kind": "discard"}]},
        {"name": "ads", "when": when, "actions": list(actions)},
    ]
    answer = await api.post(f"{PATH}/try", json=SAMPLE | {"rules": rules} | sample)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_tried_rules_say_what_they_would_do(api: httpx.AsyncClient) -> None:
    result = await tried(
        api,
        {"kind": "prefix_subject", "text": "[AD] "},
        {"kind": "put_into_folder", "folder": "Ads"},
        {"kind": "copy_to", "to": ["bea@example.com", "ken@example.org"]},
    )
    assert result == {
        "reply": None,
        "targets": [
            {
                "target": "ada@example.com",
                "applied": [
                    {
                        "rule": 2,
                        "name": "ads",
                        "did": "prefix_subject; put_into_folder Ads; copy_to bea@example.com ken@example.org",
                    }
                ],
                "header": "From: bob@example.net\r\nSubject: [AD] =?UTF-8?B?5bqD5ZGK?= now\r\n",
                "disposition": "stored",
                "folder": ".Ads",
                "sent_to": ["bea@example.com", "ken@example.org"],
                "reason": None,
            }
        ],
    }
    assert (await api.get(PATH)).json()["items"] == []


@pytest.mark.parametrize(
    ("action", "disposition"),
    [
        ({"kind": "discard"}, "discarded"),
        ({"kind": "put_into_trash"}, "trashed"),
        ({"kind": "redirect", "to": ["bea@example.com"]}, "redirected"),
        ({"kind": "redirect", "to": ["nobody@example.com"]}, "undeliverable"),
        ({"kind": "reject", "text": "no ads"}, "rejected"),
        ({"kind": "stop"}, "stored"),
    ],
)
async def test_every_disposition(api: httpx.AsyncClient, action: dict[str, Any], disposition: str) -> None:
    result = await tried(api, action)
    assert [target["disposition"] for target in result["targets"]] == [disposition]
    assert result["reply"] == ("550 5.7.1 no ads" if disposition == "rejected" else None)


async def test_saved_rules_are_tried_where_none_are_given(api: httpx.AsyncClient) -> None:
    rule = await made(api, "saved", actions=[{"kind": "discard"}], scope="ada@example.com")
    await made(api, "off", enabled=False)
    result = (await api.post(f"{PATH}/try", json=SAMPLE)).json()
    assert result["targets"][0]["applied"] == [{"rule": rule["id"], "name": "saved", "did": "discard"}]
    other = (await api.post(f"{PATH}/try", json=SAMPLE | {"recipient": "bea@example.com"})).json()
    assert other["targets"][0]["applied"] == []


@pytest.mark.parametrize(
    ("sample", "applies"),
    [
        ({}, False),
        ({"account": "ada@example.com"}, True),
        ({"relay_permitted": True}, False),
        ({"relay_permitted": True, "sender": "bea@example.com"}, True),
    ],
)
async def test_whose_outgoing_mail_it_is(api: httpx.AsyncClient, sample: dict[str, Any], *, applies: bool) -> None:
    rule = {"name": "x", "actions": [{"kind": "stop"}], "direction": "outgoing", "scope": "example.com"}
    body = SAMPLE | {"rules": [rule], "recipient": "ken@example.org"} | sample
    result = (await api.post(f"{PATH}/try", json=body)).json()
    assert (result["targets"][0]["target"], bool(result["targets"][0]["applied"])) == ("ken@example.org", applies)


@pytest.mark.parametrize(
    ("sample", "place"),
    [
        ({"rules": [{"name": "x", "when": [BAD]} | STOP]}, ("rules", 0, "when", 0, "value")),
        ({"recipient": "nobody"}, ("recipient",)),
        ({"sender": "a\r\nb"}, ("sender",)),
        ({"client_ip": "x"}, ("client_ip",)),
        ({"origin": {"spf": "perhaps"}}, ("origin", "spf")),
        ({"message": None}, ("message",)),
    ],
)
async def test_samples_that_are_none(
    api: httpx.AsyncClient, sample: dict[str, Any], place: tuple[str | int, ...]
) -> None:
    assert list(problems_of(await api.post(f"{PATH}/try", json=SAMPLE | sample))) == [("body", *place)]
