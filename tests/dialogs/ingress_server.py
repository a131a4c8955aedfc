"""A real ingress on embedded parts with the REST API beside it, for conversations that show policy.

`example.com` is managed; `ada@example.com` has a mailbox and the password `correct horse battery staple`.

What a file may ask for (`# server: ingress`):

    # listener: submission                 the port to connect to; `smtp` when nothing is said
    # setting: max_recipients = 1          an SMTP setting in force from the start, its value as JSON
    # dns: example.org MX 10 mx.test.      what DNS says (see `tests/fakes/dns_server.py`); all else does not exist

What its operator may do, over REST, and what holds when the next line is read:

    O: set max_recipients = 2              change an SMTP setting
    O: account eve@example.com             make an account
    O: account eve@example.com disabled    make one that is disabled
    O: domain example.net                  make a managed domain
    O: dns example.org A 192.0.2.1         have DNS say this from now on
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
from tests.fakes.dns_server import DnsServer
from tests.integration.ingress.running import Ingress, running

from admin_api.app import build_app
from mailcore.db.tables import change_counter
from mailcore.db.tokens import TokenStore
from mailcore.passwords import Passwords

_TOKEN = "a token for the operator"


class Operator:
    """Does over REST what a conversation asks for, and waits until it holds."""

    def __init__(self, ingress: Ingress, api: httpx.AsyncClient, dns: DnsServer) -> None:
        self._ingress = ingress
        self._dns = dns
        self._api = api

    async def act(self, words: str) -> None:
        """Do what the words say. Raises ValueError when they say nothing it can do."""
        verb, _, rest = words.partition(" ")
        match verb:
            case "set":
                await self.configure(_setting(rest))
            case "account":
                address, _, state = rest.partition(" ")
                await self._ask("POST", "/accounts", address=address, enabled=state != "disabled")
            case "domain":
                await self._ask("POST", "/domains", name=rest)
            case "dns":
                self._dns.add(rest)
            case _:
                raise ValueError(f"an operator cannot {words!r}")
        await self._until_it_holds()

    async def configure(self, settings: dict[str, Any]) -> None:
        """Change SMTP settings, all at once."""
        await self._ask("PATCH", "/settings/smtp", **settings)
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
        async with (
            DnsServer() as dns,
            running(Path(directory), dns_servers=dns.address) as ingress,
            _api(ingress) as api,
        ):
            operator = Operator(ingress, api, dns)
            listener, settings = "smtp", dict[str, Any]()
            for key, value in conversation.needs:
                match key:
                    case "server":
                        pass
                    case "listener":
                        listener = value
                    case "setting":
                        settings |= _setting(value)
                    case "dns":
                        dns.add(value)
                    case _:
                        raise ValueError(f"an ingress has no {key!r}")
            await operator.configure(settings)
            yield Client("127.0.0.1", ingress.ports[listener], dns.queries, operator.act)


def _setting(text: str) -> dict[str, Any]:
    name, _, value = (part.strip() for part in text.partition("="))
    return {name: json.loads(value)}


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
