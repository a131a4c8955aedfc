"""The ports of ingress, declared once, and the sockets that listen on them."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from mailcore.environment import Environment
from mailcore.http import bind_port

BACKLOG = 2048
"""Connections the system keeps waiting while no process takes them."""

SMTP = "smtp"
SUBMISSION = "submission"
SUBMISSIONS = "submissions"

_VARIABLES = {SMTP: "SMTP_PORT", SUBMISSION: "SUBMISSION_PORT", SUBMISSIONS: "SUBMISSIONS_PORT"}


def bind_all(environment: Environment) -> dict[str, socket.socket]:
    """Give a listening socket for each listener by name. Raises ConfigurationError naming the variable."""
    sockets: dict[str, socket.socket] = {}
    ports = {SMTP: environment.smtp_port, SUBMISSION: environment.submission_port}
    ports[SUBMISSIONS] = environment.submissions_port
    try:
        for name, port in ports.items():
            sockets[name] = bind_port(environment.bind, port, variable=_VARIABLES[name])
            sockets[name].listen(BACKLOG)
    except BaseException:
        close_all(sockets)
        raise
    return sockets


def close_all(sockets: Mapping[str, socket.socket]) -> None:
    """Close what `bind_all` gave."""
    for listener in sockets.values():
        listener.close()


@contextmanager
def bound(environment: Environment) -> Iterator[dict[str, socket.socket]]:
    """Have the sockets of `bind_all` for as long as the block lasts."""
    sockets = bind_all(environment)
    try:
        yield sockets
    finally:
        close_all(sockets)
