"""A real ingress on embedded parts with the REST API beside it, for conversations that show policy.

`example.com` is managed; `ada@example.com` has a mailbox and the password `correct horse battery staple`.

What a file may ask for (`# server: ingress`):

    # listener: submission                 the port to connect to; `smtp` when nothing is said
    # setting: max_recipients = 1          an SMTP setting in force from the start, its value as JSON

What its operator may do, over REST, and what holds when the next line is read:

    O: set max_recipients = 2              change an SMTP setting
    O: account eve@example.com             make an account
    O: account eve@example.com disabled    make one that is disabled
    O: domain example.net                  make a managed domain
"""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select
from tests.dialogs.client import Client
from tests.dialogs.conversation import Conversation
from tests.integration.ingress.running import Ingress, running

from admin_api.app import build_app
from mailcore.db.tables import change_counter
from mailcore.db.tokens import TokenStore
from mailcore.passwords import Passwords

_TOKEN = "a token for the operator"


class Operator:
    """Does over REST what a conversation asks for, and waits until it holds."""

    def __init__(self, ingress: Ingress, api: httpx.AsyncClient) -> None:
        self._ingress = ingress
        self._api = api

    async def act(self, words: str) -> None:
        """Do what the words say. Raises ValueError when they say nothing it can do."""
        verb, _, rest = words.partition(" ")
        match verb:
            case "set":
                name, _, value = (part.strip() for part in rest.partition("="))
                await self._ask("PATCH", "/settings/smtp", **{name: json.loads(value)})
            case "account":
                address, _, state = rest.partition(" ")
                await self._ask("POST", "/accounts", address=address, enabled=state != "disabled")
            case "domain":
                await self._ask("POST", "/domains", name=rest)
            case _:
                raise ValueError(f"an operator cannot {words!r}")
        await self._until_it_holds()

    async def _ask(self, method: str, path: str, **body: Any) -> None:
        answer = await self._api.request(method, path, json=body)
        assert answer.is_success, answer.text

    async def _until_it_holds(self) -> None:
        """Wait until the replica has heard of all that was changed, which takes less than a second."""
        changes = self._ingress.platform.changes
        async with self._ingress.platform.database.read() as connection:
            newest = (await connection.execute(select(change_counter.c.number))).scalar_one()
        async with asyncio.timeout(1):
            while changes.number < newest:
                await asyncio.sleep(0.01)


@asynccontextmanager
async def serve(conversation: Conversation) -> AsyncIterator[Client]:
    """Serve what the conversation asks for; give a client of it."""
    with tempfile.TemporaryDirectory() as directory:
        async with running(Path(directory)) as ingress, _api(ingress) as api:
            operator = Operator(ingress, api)
            listener = "smtp"
            for key, value in conversation.needs:
                match key:
                    case "server":
                        pass
                    case "listener":
                        listener = value
                    case "setting":
                        await operator.act(f"set {value}")
                    case _:
                        raise ValueError(f"an ingress has no {key!r}")
            yield Client("127.0.0.1", ingress.ports[listener], operator=operator.act)


@asynccontextmanager
async def _api(ingress: Ingress) -> AsyncIterator[httpx.AsyncClient]:
    passwords = Passwords()
    await TokenStore(ingress.platform.database).ensure_first_token(_TOKEN)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(build_app(ingress.platform, passwords)),
        base_url="http://operator/api/v1",
        headers={"authorization": f"Bearer {_TOKEN}"},
    ) as api:
        try:
            yield api
        finally:
            passwords.close()
