from typing import Any

import httpx
import pytest

from mailcore.settings import RuntimeSettings, SmtpSettings

DEFAULTS = SmtpSettings().model_dump(mode="json")


async def test_every_group_shows_its_defaults(api: httpx.AsyncClient) -> None:
    for group in RuntimeSettings.model_fields:
        answer = await api.get(f"/settings/{group}")
        assert answer.json() == getattr(RuntimeSettings(), group).model_dump(mode="json")
        assert answer.headers["etag"]
    assert (await api.get("/settings/nonsense")).status_code == 404
    assert (await api.patch("/settings/nonsense", json={})).status_code == 404


async def test_a_patch_is_merged_and_null_puts_back(api: httpx.AsyncClient) -> None:
    answer = await api.patch("/settings/smtp", json={"max_recipients": 5, "dns_timeout_seconds": 2})
    assert answer.json() == DEFAULTS | {"max_recipients": 5, "dns_timeout_seconds": 2.0}
    answer = await api.patch("/settings/smtp", json={"max_recipients": None})
    assert answer.json() == DEFAULTS | {"dns_timeout_seconds": 2.0}
    assert (await api.get("/settings/smtp")).json() == answer.json()


@pytest.mark.parametrize(
    ("change", "allowed"),
    [
        ({"max_recipients": -1}, "greater than or equal to 0"),
        ({"max_recipients": "5"}, "integer"),
        ({"max_recipients": True}, "integer"),
        ({"max_recipients": 1.5}, "integer"),
        ({"accept_null_sender": 1}, "boolean"),
        ({"dns_timeout_seconds": "5"}, "number"),
        ({"dns_timeout_seconds": 0}, "greater than 0"),
        ({"add_date": "sometimes"}, "'never', 'if_missing' or 'always'"),
        ({"autoreply_subject": "a\nb"}, "pattern"),
        ({"max_message_size": 0}, "greater than or equal to 1"),
        ({"no_such_key": 1}, "max_recipients"),
        ({"catch_all_address": "nobody@example.com"}, "a local address"),
        ({"catch_all_address": "nonsense"}, "a local address"),
        ({"catch_all_address": "recipient"}, "a local address"),
        ({"autoreply_from": "nobody@example.com"}, "`recipient` or a local address"),
    ],
)
async def test_what_is_not_allowed_is_named_and_nothing_applies(
    api: httpx.AsyncClient, change: dict[str, Any], allowed: str
) -> None:
    answer = await api.patch("/settings/smtp", json={"max_hops": 7} | change)
    assert answer.status_code == 422, answer.text
    (error,) = answer.json()["errors"]
    assert error["loc"] == ["body", *change]
    assert allowed in error["msg"]
    assert (await api.get("/settings/smtp")).json() == DEFAULTS
    assert len((await api.get("/settings/revisions")).json()["items"]) == 1


async def test_each_of_several_mistakes_is_named(api: httpx.AsyncClient) -> None:
    answer = await api.patch("/settings/smtp", json={"max_hops": -1, "colour": 1, "add_from": "always"})
    assert {error["loc"][1] for error in answer.json()["errors"]} == {"max_hops", "colour", "add_from"}
    answer = await api.patch("/settings/smtp", json={"catch_all_address": "x", "autoreply_from": "y"})
    assert {error["loc"][1] for error in answer.json()["errors"]} == {"catch_all_address", "autoreply_from"}


@pytest.mark.parametrize("key", ["catch_all_address", "autoreply_from"])
@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("Ayumi@Example.COM", "ayumi@example.com"),
        ("飛脚@example.com", "飛脚@example.com"),
        ("postmaster@example.com", "postmaster@example.com"),
        ("abuse@example.com", "abuse@example.com"),
    ],
)
async def test_a_local_address_is_stored_in_its_normal_form(
    api: httpx.AsyncClient, example_com: str, key: str, written: str, stored: str
) -> None:
    for name in ("ayumi", "飛脚"):
        assert (await api.post("/accounts", json={"address": f"{name}@{example_com}"})).status_code == 201
    answer = await api.patch("/settings/smtp", json={key: written})
    assert (answer.status_code, answer.json()[key]) == (200, stored)
    assert (await api.patch("/settings/smtp", json={key: None})).json()[key] == DEFAULTS[key]


async def test_roles_are_local_in_managed_domains_only(api: httpx.AsyncClient, example_com: str) -> None:
    answer = await api.patch("/settings/smtp", json={"catch_all_address": f"postmaster@not.{example_com}"})
    assert answer.status_code == 422


async def test_conditions(api: httpx.AsyncClient) -> None:
    etag = (await api.get("/settings/smtp")).headers["etag"]
    assert (await api.get("/settings/smtp", headers={"If-None-Match": etag})).status_code == 304
    changed = await api.patch("/settings/smtp", json={"max_hops": 50}, headers={"If-Match": etag})
    assert changed.status_code == 200
    late = await api.patch("/settings/smtp", json={"max_hops": 60}, headers={"If-Match": etag})
    assert late.status_code == 412
    assert (await api.get("/settings/smtp")).json()["max_hops"] == 50
    assert (await api.get("/settings/smtp", headers={"If-None-Match": etag})).status_code == 200


async def test_a_change_is_in_the_audit_log(api: httpx.AsyncClient) -> None:
    await api.patch("/settings/smtp", json={"max_hops": 50})
    (entry,) = (await api.get("/audit", params={"entity": "settings"})).json()["items"]
    assert (entry["author"], entry["action"]) == ("environment", "update")
    assert (entry["before"], entry["after"]) == ({"smtp.max_hops": 100}, {"smtp.max_hops": 50})
