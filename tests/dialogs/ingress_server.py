"""A real ingress on embedded parts with the REST API beside it, for conversations that show policy.

`example.com` is managed; `ada@example.com` has a mailbox and the password `correct horse battery staple`.

What a file may ask for (`# server: ingress`):

    # listener: submission                 the port to connect to; `smtp` when nothing is said
    # setting: max_recipients = 1          an SMTP setting in force from the start, its value as JSON
    # operator: rule ban 127.0.0.1         what its operator does before the client comes, as below
    # clock: own                           time can be put forward, as below; `test_dialogs.py` sees to it
    # dns: example.org MX 10 mx.test.      what DNS says (see `tests/fakes/dns_server.py`); all else does not exist

What its operator may do, over REST, and what holds when the next line is read:

    O: set max_recipients = 2              change an SMTP setting
    O: account eve@example.com             make an account
    O: account eve@example.com disabled    make one that is disabled
    O: account e@example.com {"a": 1}      make one with these fields beside its address
    O: alias all@example.com a@b.test ...  make an alias
    O: change /domains/example.com {...}   patch what is at a path
    O: remove /accounts/eve@example.com    remove it
    O: make /header-rules {"name": ...}    make something else
    O: usage eve@example.com 1000 2        have a processor find so many octets and messages in a mailbox
    O: domain example.net                  make a managed domain
    O: dns example.org A 192.0.2.1         have DNS say this from now on
    O: rule ban 127.0.0.1                  make an access rule, the last one
    O: rule relay 127.0.0.1 for 0.5        make one that expires after so many seconds
    O: unrule 127.0.0.1                    remove the access rule that matches this
    O: move 127.0.0.1 1                    put the access rule that matches this into that place
    O: later 60                            let so many seconds pass at once, for timers; the file needs `# clock: own`
    O: maintenance on                      begin maintenance of ingress, or end it: `off`
    O: sees incomplete                     a message comes next that is marked so; also: complete, server_trash ...
    O: sees nothing                        no other message has come
"""

import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select
from tests.dialogs.client import Client
from tests.dialogs.clock import Clock
from tests.dialogs.conversation import Conversation
from tests.fakes.dns_server import DnsServer
from tests.integration.ingress.running import Ingress, running

from admin_api.app import build_app
from mailcore.db.tables import change_counter
from mailcore.db.tokens import TokenStore
from mailcore.db.usage import write_usages
from mailcore.directory.usage import Usage
from mailcore.passwords import Passwords

_TOKEN = "a token for the operator"


class Operator:
    """Does over REST what a conversation asks for, and waits until it holds."""

    def __init__(self, ingress: Ingress, api: httpx.AsyncClient, dns: DnsServer) -> None:
        self._ingress = ingress
        self._dns = dns
        self._api = api
        self._seen = 0

    async def act(self, words: str) -> None:
        """Do what the words say. Raises ValueError when they say nothing it can do."""
        verb, _, rest = words.partition(" ")
        match verb:
            case "set":
                await self.configure(_setting(rest))
            case "account" | "alias" | "domain" | "make" | "change" | "remove" | "usage":
                await self._arrange_directory(verb, rest)
            case "dns":
                self._dns.add(rest)
            case "rule" | "unrule" | "move":
                await self._arrange_rules(verb, rest.split())
            case "maintenance":
                await self._ask("PATCH", "/settings/maintenance", ingress=rest == "on")
            case "sees":
                await self._see(rest)
            case "later":
                await _let_pass(float(rest))
            case _:
                raise ValueError(f"an operator cannot {words!r}")
        await self._until_it_holds()

    async def configure(self, settings: dict[str, Any]) -> None:
        """Change SMTP settings, all at once."""
        await self._ask("PATCH", "/settings/smtp", **settings)
        await self._until_it_holds()

    async def _arrange_directory(self, verb: str, rest: str) -> None:
        name, _, more = rest.partition(" ")
        match verb:
            case "account":
                fields = {"enabled": False} if more == "disabled" else json.loads(more or "{}")
                await self._ask("POST", "/accounts", address=name, **fields)
            case "alias":
                await self._ask("POST", "/aliases", address=name, to=more.split())
            case "domain":
                await self._ask("POST", "/domains", name=name)
            case "make":
                await self._ask("POST", name, **json.loads(more))
            case "change":
                await self._ask("PATCH", name, **json.loads(more))
            case "remove":
                await self._ask("DELETE", name)
            case _:
                await self._find(name, *more.split())

    async def _find(self, address: str, octets: str, messages: str) -> None:
        account = await self._api.get(f"/accounts/{address}")
        seen = {account.json()["mailbox"]: (Usage(int(octets), int(messages)), time.time())}
        async with self._ingress.platform.database.transaction() as connection:
            await write_usages(connection, seen)

    async def _arrange_rules(self, verb: str, words: list[str]) -> None:
        if verb == "rule":
            kind, match, *seconds = words
            expiry = datetime.now(UTC) + timedelta(seconds=float(seconds[1])) if seconds else None
            expires_at = None if expiry is None else expiry.isoformat()
            await self._ask("POST", "/access-rules", kind=kind, match=match, expires_at=expires_at)
            return
        rules = (await self._api.get("/access-rules", params={"q": words[0]})).json()["items"]
        (path,) = (f"/access-rules/{rule['id']}" for rule in rules if rule["match"] == words[0])
        if verb == "move":
            await self._ask("PATCH", path, position=int(words[1]))
        else:
            await self._ask("DELETE", path)

    async def _see(self, mark: str) -> None:
        """Wait for the next message that is handed over, and look at its marks."""
        if mark == "nothing":
            await asyncio.sleep(0.2)
            assert len(self._ingress.accepted) == self._seen
            return
        async with asyncio.timeout(5):
            while len(self._ingress.accepted) == self._seen:
                await asyncio.sleep(0.01)
        marks = self._ingress.accepted[self._seen].marks
        self._seen += 1
        assert (marks.banned or ("incomplete" if marks.incomplete else "complete")) == mark, marks

    async def _ask(self, method: str, path: str, **body: Any) -> None:
        answer = await self._api.request(method, path, json=None if method == "DELETE" else body)
        assert answer.is_success, answer.text

    async def _until_it_holds(self) -> None:
        """Wait until the replica has heard of all that was changed, which takes less than a second."""
        changes = self._ingress.platform.changes
        async with self._ingress.platform.database.read() as connection:
            newest = (await connection.execute(select(change_counter.c.number))).scalar_one()
        async with asyncio.timeout(1):
            while changes.number < newest:
                await asyncio.sleep(0.01)


async def _let_pass(seconds: float) -> None:
    clock = asyncio.get_running_loop()
    if not isinstance(clock, Clock):
        raise TypeError("time cannot be put forward here: the conversation needs `# clock: own`")
    clock.put_forward(seconds)
    await asyncio.sleep(0.05)  # a turn for what is due


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
            listener, settings, acts = "smtp", dict[str, Any](), list[str]()
            for key, value in conversation.needs:
                match key:
                    case "server" | "clock":
                        pass
                    case "listener":
                        listener = value
                    case "setting":
                        settings |= _setting(value)
                    case "dns":
                        dns.add(value)
                    case "operator":
                        acts.append(value)
                    case _:
                        raise ValueError(f"an ingress has no {key!r}")
            await operator.configure(settings)
            for act in acts:
                await operator.act(act)
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
