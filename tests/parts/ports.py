"""Free ports of the loopback."""

import os
import random
import socket
from contextlib import ExitStack

_CANDIDATES = range(12_000, 32_000)
"""Below what a system gives to clients (on Linux 32768 and up): a port may stand unused for seconds until its server
binds it, and a client's connection, of which there are thousands in tests, must not get it meanwhile."""
_given: set[int] = set()
_WORKERS = 10
"""Processes that test at the same time, each with candidates of its own; further ones share them."""
_chance = random.SystemRandom()


def free_ports(count: int) -> list[int]:
    """Give `count` different TCP ports of 127.0.0.1 that nothing listens on now, and that were not given before."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    ours = _CANDIDATES[worker % _WORKERS :: _WORKERS]
    ports: list[int] = []
    with ExitStack() as opened:
        while len(ports) < count:
            port = _chance.choice(ours)
            if port in _given:
                continue
            taken = opened.enter_context(socket.socket())
            try:
                taken.bind(("127.0.0.1", port))
            except OSError:
                continue
            _given.add(port)
            ports.append(port)
    return ports
