import httpx
import pytest

pytestmark = pytest.mark.usefixtures("some")


@pytest.fixture
async def some(api: httpx.AsyncClient) -> None:
    """Change this and that."""
    for name in ("a.example.com", "b.example.com"):
        await api.post("/domains", json={"name": name})
    await api.delete("/domains/a.example.com")
    await api.patch("/settings/smtp", json={"max_hops": 9})


async def test_it_comes_newest_first_page_by_page(api: httpx.AsyncClient) -> None:
    told: list[tuple[str, str, str]] = []
    cursor = None
    while cursor is not None or not told:
        page = (await api.get("/audit", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))).json()
        told += [(entry["entity"], entry["action"], entry["key"]) for entry in page["items"]]
        cursor = page["next"]
    assert told == [
        ("settings", "update", "1"),
        ("domain", "delete", "a.example.com"),
        ("domain", "create", "b.example.com"),
        ("domain", "create", "a.example.com"),
        ("token", "create", "environment"),
    ]


async def test_it_is_searched(api: httpx.AsyncClient) -> None:
    found = (await api.get("/audit", params={"entity": "domain", "key": "a.example.com"})).json()["items"]
    assert [entry["action"] for entry in found] == ["delete", "create"]
    assert (await api.get("/audit", params={"author": "nobody"})).json() == {"items": [], "next": None}


@pytest.mark.parametrize("query", ["cursor=eA", "author=%00", "limit=0"])
async def test_a_wrong_query_is_422(api: httpx.AsyncClient, query: str) -> None:
    assert (await api.get(f"/audit?{query}")).status_code == 422
