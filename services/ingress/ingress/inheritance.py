"""What a worker process inherits from its supervisor: the listening sockets and the line between the two.

Handed over as open file descriptors whose numbers stand in environment variables. On the line the worker says that it
is ready; that the line is closed tells either side that the other has gone, however it went.
"""

import asyncio
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from mailcore.errors import ConfigurationError

SOCKETS = "INGRESS_SOCKETS"
LINE = "INGRESS_LINE"

READY = b"ready\n"


@dataclass(frozen=True, slots=True)
class Inheritance:
    """The sockets by listener name, and the worker's end of the line."""

    sockets: Mapping[str, socket.socket]
    line: socket.socket

    @property
    def descriptors(self) -> tuple[int, ...]:
        """The descriptors to keep open in the worker."""
        return (*(listener.fileno() for listener in self.sockets.values()), self.line.fileno())

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables that tell the worker of them."""
        listeners = ",".join(f"{name}={listener.fileno()}" for name, listener in self.sockets.items())
        return {SOCKETS: listeners, LINE: str(self.line.fileno())}

    @classmethod
    def read(cls, variables: Mapping[str, str]) -> "Inheritance":
        """Take over what `variables` tells of. Raises ConfigurationError when no supervisor started this process."""
        try:
            listeners = dict(pair.split("=") for pair in variables[SOCKETS].split(","))
            line = socket.socket(fileno=int(variables[LINE]))
            line.settimeout(0)
            return cls({name: socket.socket(fileno=int(number)) for name, number in listeners.items()}, line)
        except (KeyError, ValueError, OSError):
            raise ConfigurationError(
                f"{SOCKETS}, {LINE}: workers are started by `python -m ingress` with INGRESS_PROCESSES over 1"
            ) from None


async def say_ready(line: socket.socket) -> None:
    """Tell the supervisor that sessions are served; when it has gone, `until_closed` tells."""
    with suppress(ConnectionError):
        await asyncio.get_running_loop().sock_sendall(line, READY)


async def until_ready(line: socket.socket) -> bool:
    """Wait until the worker is ready; False when it went away before."""
    return bool(await asyncio.get_running_loop().sock_recv(line, len(READY)))


async def until_closed(line: socket.socket) -> None:
    """Wait until the other side has gone."""
    while await asyncio.get_running_loop().sock_recv(line, len(READY)):
        continue
