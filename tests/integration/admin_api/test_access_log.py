import httpx
from structlog.testing import capture_logs

from mailcore.platform import Platform


async def test_each_request_is_one_line_under_its_route(api: httpx.AsyncClient, example_com: str) -> None:
    with capture_logs() as logs:
        await api.get(f"/domains/{example_com}?q=secret")
    (line,) = [line for line in logs if line["event"] == "request"]
    assert (
        line.items()
        >= {
            "method": "GET",
            "route": "/api/v1/domains/{name}",
            "status": 200,
            "author": "environment",
        }.items()
    )
    assert line["milliseconds"] > 0
    assert "secret" not in repr(line)


async def test_requests_are_counted_by_route(api: httpx.AsyncClient, platform: Platform) -> None:
    for path in ("/domains", "/domains", "/domains/a.example", "/domains/b.example", "/wp-login.php", "/.env"):
        await api.get(path)
    await api.request("BREW", "/domains")

    def counted(method: str, route: str, status: int) -> float | None:
        labels = {"method": method, "route": route, "status": str(status)}
        return platform.metrics.registry.get_sample_value("hikyaku_api_seconds_count", labels)

    assert counted("GET", "/api/v1/domains", 200) == 2
    assert counted("GET", "/api/v1/domains/{name}", 404) == 2
    assert counted("GET", "(unknown)", 404) == 2
    assert counted("OTHER", "/api/v1/domains", 405) == 1
    page = (await api.get("http://api.test/metrics")).text
    assert 'route="/api/v1/domains/{name}"' in page
    assert "wp-login" not in page
