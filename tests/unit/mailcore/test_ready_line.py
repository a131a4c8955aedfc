import pytest

from mailcore.ready_line import ready_line


@pytest.mark.parametrize(
    ("host", "ports", "line"),
    [
        ("127.0.0.1", {"smtp": 2525, "admin": 8080}, "ready smtp=127.0.0.1:2525 admin=127.0.0.1:8080\n"),
        ("::1", {"smtp": 2525}, "ready smtp=[::1]:2525\n"),
        ("127.0.0.1", {}, "ready\n"),
    ],
)
def test_it_says_where_everything_answers(host: str, ports: dict[str, int], line: str) -> None:
    assert ready_line(host, ports) == line
