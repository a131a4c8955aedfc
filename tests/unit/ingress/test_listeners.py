import socket

import pytest

from ingress.listeners import bind_all, close_all
from mailcore.environment import Environment
from mailcore.errors import ConfigurationError
from mailcore.http import port_of


def test_every_listener_has_its_port() -> None:
    sockets = bind_all(Environment(smtp_port=0, submission_port=0, submissions_port=0))
    assert list(sockets) == ["smtp", "submission", "submissions"]
    for listener in sockets.values():
        socket.create_connection(("127.0.0.1", port_of(listener))).close()
    close_all(sockets)


def test_a_port_that_is_taken_is_named_and_the_others_are_let_go() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, socket.create_server(("127.0.0.1", 0)) as free:
        port = port_of(free)
        free.close()
        environment = Environment(smtp_port=port, submission_port=port_of(taken), submissions_port=0)
        with pytest.raises(ConfigurationError, match=r"^SUBMISSION_PORT: "):
            bind_all(environment)
        socket.create_server(("127.0.0.1", port)).close()
