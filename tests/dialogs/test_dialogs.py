"""Every conversation in this folder is held with the server that it asks for."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from importlib import import_module
from pathlib import Path

import pytest
import uvloop
from tests.dialogs.client import Client
from tests.dialogs.clock import Clock
from tests.dialogs.conversation import Conversation, read_conversation

FOLDER = Path(__file__).parent
Serve = Callable[[Conversation], AbstractAsyncContextManager[Client]]


def server_of(conversation: Conversation) -> Serve:
    """Give what serves the kind of server a conversation asks for: `session_server` or `ingress_server`."""
    serve: Serve = import_module(f"tests.dialogs.{conversation.server}_server").serve
    return serve


async def hold(path: Path) -> None:
    conversation = read_conversation(path)
    async with server_of(conversation)(conversation) as client:
        await client.hold(conversation)


def cases() -> Iterator[object]:
    """Give every conversation with the event loop of production; those about the protocol with the other one too.

    Where the clock is put forward, the loop is the one that allows it.
    """
    for path in sorted(FOLDER.rglob("*.smtp")):
        name = str(path.relative_to(FOLDER))[:-5]
        conversation = read_conversation(path)
        if "clock" in dict(conversation.needs):
            yield pytest.param(path, Clock, id=f"{name}-clock")
            continue
        yield pytest.param(path, uvloop.new_event_loop, id=f"{name}-uvloop")
        if conversation.server == "session":
            yield pytest.param(path, asyncio.new_event_loop, id=f"{name}-asyncio")


@pytest.mark.parametrize(("path", "loop"), list(cases()))
def test_dialog(path: Path, loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(hold(path))
