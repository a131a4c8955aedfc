"""Sessions of the client with a relay, for its tests."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from tests.fakes.relay import Relay
from tests.fakes.tls import client_context

from processor.outbound.client.opening import Opener, Server
from processor.outbound.client.outgoing import Addressee, Outgoing
from processor.outbound.client.session import Session
from processor.outbound.client.timeouts import Timeouts

TIMEOUTS = Timeouts(
    connect=2, greeting=0.5, hello=0.5, tls=2, auth=0.5, mail=0.5, rcpt=0.5, data=0.5, block=0.5, final=0.5, quit=0.2
)
CONTENT = b"Subject: hello\r\n\r\n.How are you?\r\n"


def opener(timeouts: Timeouts = TIMEOUTS) -> Opener:
    """Give an opener that trusts every certificate."""
    return Opener(timeouts, client_context(), client_context())


def server(relay: Relay, **changes: Any) -> Server:
    """Give the relay as a server."""
    return replace(Server("localhost", "127.0.0.1", relay.port), **changes)


async def opened(relay: Relay, timeouts: Timeouts = TIMEOUTS, **changes: Any) -> Session:
    """Open a session with the relay."""
    deadline = asyncio.get_running_loop().time() + 5
    return await opener(timeouts).open(server(relay, **changes), "client.example.com", deadline)


def outgoing(content: bytes = CONTENT, **changes: Any) -> Outgoing:
    """Give a message whose content comes in small pieces."""

    async def pieces() -> AsyncIterator[bytes]:
        for at in range(0, len(content), 7):
            yield content[at : at + 7]

    return replace(Outgoing("ada@example.com", len(content), pieces), **changes)


def to(*addresses: str) -> list[Addressee]:
    """Give recipients."""
    return [Addressee(address) for address in addresses]
