"""Every conversation in this folder is held with the server that it asks for."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from importlib import import_module
from pathlib import Path

import pytest
import uvloop
from tests.dialogs.client import Client
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


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.smtp")), ids=lambda path: str(path.relative_to(FOLDER))[:-5])
def test_dialog(path: Path, loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(hold(path))
