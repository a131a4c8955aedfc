import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from deploy.healthy import is_healthy
from tests.parts.ports import free_ports


class _Answers(BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status if self.path == "/healthz" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), _Answers) as server:
        threading.Thread(target=server.serve_forever).start()
        yield server.server_port
        server.shutdown()


def test_a_service_that_answers_is_healthy(port: int) -> None:
    assert is_healthy("0.0.0.0", port)


def test_another_status_is_not(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Answers, "status", 503)
    assert not is_healthy("0.0.0.0", port)


def test_no_answer_is_not() -> None:
    assert not is_healthy("127.0.0.1", free_ports(1)[0])
