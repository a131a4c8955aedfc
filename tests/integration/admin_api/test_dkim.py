"""`/domains/{name}/dkim`: from a new key to one that is gone, with DNS really asked."""

from collections.abc import AsyncIterator
from dataclasses import replace

import dns.rdatatype
import dns.zone
import httpx
import pytest
from tests.fakes.dns_server import DnsServer
from tests.integration.admin_api.conftest import ADMIN_TOKEN

from admin_api.app import build_app
from mailcore.passwords import Passwords
from mailcore.platform import Platform

KEYS = "/domains/example.com/dkim"


@pytest.fixture
async def dns_server() -> AsyncIterator[DnsServer]:
    async with DnsServer() as server:
        yield server


@pytest.fixture
async def api(platform: Platform, passwords: Passwords, dns_server: DnsServer) -> AsyncIterator[httpx.AsyncClient]:
    environment = platform.environment.model_copy(update={"dns_servers": f"127.0.0.1:{dns_server.port}"})
    app = build_app(replace(platform, environment=environment), passwords)
    headers = {"Authorization": f"Bearer {ADMIN_TOKEN}"}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://api.test/api/v1", headers=headers, timeout=30
    ) as client:
        assert (await client.post("/domains", json={"name": "example.com"})).status_code == 201
        yield client


async def made(api: httpx.AsyncClient, **fields: str) -> dict[str, object]:
    answer = await api.post(KEYS, json={"algorithm": "ed25519-sha256", **fields})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def publish(server: DnsServer, key: dict[str, object]) -> None:
    """Put the record into DNS by the line that the API gives for it."""
    record = key["record"]
    assert isinstance(record, dict)
    zone = dns.zone.from_text(f"$TTL 300\n{record['zone']}\n", "example.com", relativize=False, check_origin=False)
    for name, data in zone.iterate_rdatasets(dns.rdatatype.TXT):
        server.add(f"{name.to_text(omit_final_dot=True)} TXT {data[0]}")


async def test_a_key_from_its_making_to_its_retirement(api: httpx.AsyncClient, dns_server: DnsServer) -> None:
    answer = await api.post(KEYS, json={})
    assert answer.status_code == 201, answer.text
    key = answer.json()
    one = f"{KEYS}/{key['selector']}"
    assert answer.headers["Location"] == f"/api/v1{one}"
    assert (key["algorithm"], key["state"], key["domain"]) == ("rsa-sha256", "pending", "example.com")
    assert "private" not in answer.text
    assert "AES" not in answer.text
    assert (await api.get(f"{one}/publication")).json()["status"] == "missing"

    early = await api.patch(one, json={"state": "active"})
    assert early.status_code == 409
    assert "does not have the record" in early.json()["detail"]

    publish(dns_server, key)
    # Asked anew, although DNS said a moment ago that there is nothing.
    assert (await api.get(f"{one}/publication")).json() == {
        "status": "published",
        "reason": "",
        "found": [key["record"]["value"]],
    }
    active = await api.patch(one, json={"state": "active"})
    assert (active.status_code, active.json()["state"]) == (200, "active")
    assert (await api.delete(one)).status_code == 409

    new = await made(api, selector="new")
    publish(dns_server, new)
    assert (await api.patch(f"{KEYS}/new", json={"state": "active"})).status_code == 200
    # Another algorithm: both sign.
    states = {item["selector"]: item["state"] for item in (await api.get(KEYS)).json()["items"]}
    assert states == {key["selector"]: "active", "new": "active"}

    retired = (await api.patch(one, json={"state": "retired"})).json()
    assert retired["removable_at"] is not None
    assert (await api.delete(one)).status_code == 409
    actions = [entry["key"] for entry in (await api.get("/audit", params={"limit": 20})).json()["items"]]
    assert f"example.com/{key['selector']}" in actions


@pytest.mark.parametrize(
    ("record", "status", "reason"),
    [
        ('TXT "v=DKIM1; k=ed25519; p="', "different", "revoked"),
        ('TXT "v=DKIM1; k=ed25519; p=AAAA"', "different", "another key"),
        ('TXT "v=spf1 -all"', "different", "v="),
        ('TXT "v=spf1 -all" "x"\nTXT "another"', "different", "several"),
        ("SERVFAIL", "unknown", "no answer"),
        ("A 192.0.2.1", "missing", "no TXT"),
    ],
)
async def test_dns_that_does_not_fit(
    api: httpx.AsyncClient, dns_server: DnsServer, record: str, status: str, reason: str
) -> None:
    await made(api, selector="s")
    for line in record.split("\n"):
        dns_server.add(f"s._domainkey.example.com {line}")
    said = (await api.get(f"{KEYS}/s/publication")).json()
    assert said["status"] == status
    assert reason in said["reason"]
    assert (await api.patch(f"{KEYS}/s", json={"state": "active"})).status_code == 409
    forced = await api.patch(f"{KEYS}/s", json={"state": "active"}, params={"force": True})
    assert (forced.status_code, forced.json()["state"]) == (200, "active")


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/domains/example.net/dkim", {}, 404),
        (KEYS, {"selector": "no selector"}, 422),
        (KEYS, {"algorithm": "rsa-sha1"}, 422),
        (KEYS, {"state": "active", "algorithm": "ed25519-sha256"}, 422),
        (KEYS, {"private_key": "mine"}, 422),
        (KEYS, {"selector": "taken", "algorithm": "ed25519-sha256"}, 409),
    ],
)
async def test_what_is_refused(api: httpx.AsyncClient, path: str, body: dict[str, str], status: int) -> None:
    await made(api, selector="taken")
    assert (await api.post(path, json=body)).status_code == status


async def test_a_version_that_has_passed_is_412(api: httpx.AsyncClient) -> None:
    await made(api, selector="s")
    etag = (await api.get(f"{KEYS}/s")).headers["ETag"]
    change = {"state": "active"}
    assert (await api.patch(f"{KEYS}/s", json=change, params={"force": True})).status_code == 200
    stale = {"If-Match": etag}
    assert (await api.patch(f"{KEYS}/s", json={"state": "retired"}, headers=stale)).status_code == 412
    assert (await api.get(f"{KEYS}/nobody")).status_code == 404
    assert (await api.get("/domains/example.net/dkim/s")).status_code == 404


async def test_pages_and_searches(api: httpx.AsyncClient) -> None:
    for selector in ("a1", "a2", "b1"):
        await made(api, selector=selector)
    page = (await api.get(KEYS, params={"limit": 2})).json()
    assert [key["selector"] for key in page["items"]] == ["a1", "a2"]
    rest = (await api.get(KEYS, params={"cursor": page["next"]})).json()
    assert [key["selector"] for key in rest["items"]] == ["b1"]
    found = (await api.get(KEYS, params={"q": "B"})).json()
    assert [key["selector"] for key in found["items"]] == ["b1"]
