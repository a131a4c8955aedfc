import httpx
import pytest


@pytest.fixture
async def three(api: httpx.AsyncClient) -> None:
    """Make revisions 1 to 3."""
    await api.patch("/settings/smtp", json={"max_hops": 50})
    await api.patch("/settings/smtp", json={"max_hops": 60, "max_recipients": 5})
    await api.patch("/settings/trace", json={"retention_days": 7})


@pytest.mark.usefixtures("three")
async def test_they_are_listed_newest_first_page_by_page(api: httpx.AsyncClient) -> None:
    first = (await api.get("/settings/revisions", params={"limit": 3})).json()
    assert [item["number"] for item in first["items"]] == [3, 2, 1]
    second = (await api.get("/settings/revisions", params={"limit": 3, "cursor": first["next"]})).json()
    assert ([item["number"] for item in second["items"]], second["next"]) == ([0], None)
    assert {item["author"] for item in first["items"]} == {"environment"}


@pytest.mark.usefixtures("three")
async def test_one_tells_what_it_changed(api: httpx.AsyncClient) -> None:
    revision = (await api.get("/settings/revisions/2")).json()
    assert {change["key"]: (change["before"], change["after"]) for change in revision["changes"]} == {
        "smtp.max_hops": (50, 60),
        "smtp.max_recipients": (100, 5),
    }
    assert revision["overrides"] == {"smtp": {"max_hops": 60, "max_recipients": 5}}


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("number", "to", "expected"),
    [
        (1, 3, {"smtp.max_hops": (50, 60), "smtp.max_recipients": (100, 5), "trace.retention_days": (30, 7)}),
        (3, 1, {"smtp.max_hops": (60, 50), "smtp.max_recipients": (5, 100), "trace.retention_days": (7, 30)}),
        (0, 1, {"smtp.max_hops": (100, 50)}),
        (2, 2, {}),
    ],
)
async def test_a_diff_goes_both_ways(
    api: httpx.AsyncClient, number: int, to: int, expected: dict[str, tuple[int, int]]
) -> None:
    answer = await api.get(f"/settings/revisions/{number}/diff", params={"to": to})
    told = {change["key"]: (change["before"], change["after"]) for change in answer.json()["changes"]}
    assert told == expected


@pytest.mark.usefixtures("three")
async def test_a_restored_one_is_a_new_one(api: httpx.AsyncClient) -> None:
    answer = await api.post("/settings/revisions/1/restore")
    assert (answer.status_code, answer.json()["number"]) == (200, 4)
    assert answer.json()["overrides"] == {"smtp": {"max_hops": 50}}
    assert (await api.get("/settings/smtp")).json()["max_hops"] == 50
    assert (await api.get("/settings/trace")).json()["retention_days"] == 30
    again = await api.post("/settings/revisions/1/restore")
    assert again.json()["number"] == 4


async def test_what_is_no_longer_local_is_not_restored(api: httpx.AsyncClient, example_com: str) -> None:
    await api.post("/accounts", json={"address": f"ayumi@{example_com}"})
    await api.patch("/settings/smtp", json={"catch_all_address": f"ayumi@{example_com}"})
    await api.patch("/settings/smtp", json={"catch_all_address": None})
    await api.delete(f"/accounts/ayumi@{example_com}")
    answer = await api.post("/settings/revisions/1/restore")
    assert answer.status_code == 422
    assert "catch_all_address" in answer.json()["detail"]


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/settings/revisions/9", 404),
        ("GET", "/settings/revisions/2147483647", 404),
        ("GET", "/settings/revisions/2147483648", 422),
        ("GET", "/settings/revisions/-1", 422),
        ("GET", "/settings/revisions/x", 422),
        ("GET", "/settings/revisions/1/diff?to=9", 404),
        ("GET", "/settings/revisions/1/diff", 422),
        ("POST", "/settings/revisions/9/restore", 404),
        ("GET", "/settings/revisions?cursor=eA", 422),
    ],
)
async def test_what_is_not_there(api: httpx.AsyncClient, method: str, path: str, status: int) -> None:
    assert (await api.request(method, path)).status_code == status
