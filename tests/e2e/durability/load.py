"""Clients that send as long as they are let, at a bounded pace, and write down what they were told."""

import asyncio
import random
import time

from tests.e2e.durability.ledger import Ledger
from tests.e2e.durability.letters import LARGE, SMALL, Letter
from tests.fakes.smtp_client import SmtpClient

_LARGE_SHARE = 0.06
_MANY_SHARE = 0.2
_MOST_RECIPIENTS = 4
_MOST_PER_SESSION = 30
_AGAIN_SECONDS = 0.2


class Refused(Exception):  # noqa: N818 - what happened, and no error
    """A command was not answered 2xx or 3xx: the transaction is over."""


class Load:
    """Sends to `addresses`. Every client sleeps about `pause` seconds between its transactions."""

    def __init__(self, port: int, addresses: list[str], ledger: Ledger, seed: int, pause: float) -> None:
        self._port = port
        self._addresses = addresses
        self._ledger = ledger
        self._seed = seed
        self._pause = pause

    async def run(self, clients: int, stop: asyncio.Event) -> None:
        """Send over so many connections until `stop` is set and every transaction under way has ended."""
        async with asyncio.TaskGroup() as group:
            for number in range(clients):
                group.create_task(self._send(random.Random(f"client {self._seed} {number}"), stop))  # noqa: S311 - no secret

    async def _send(self, rng: random.Random, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                async with SmtpClient.connected(self._port) as client:
                    await self._session(client, rng, stop)
            except (OSError, Refused):
                # The server was killed, or turned us away: come again, as mail servers do.
                await asyncio.sleep(_AGAIN_SECONDS)

    async def _session(self, client: SmtpClient, rng: random.Random, stop: asyncio.Event) -> None:
        await self._ask(client, "connect", b"")
        await self._ask(client, "EHLO", b"EHLO client.example.org\r\n")
        for _ in range(rng.randint(1, _MOST_PER_SESSION)):
            if stop.is_set():
                break
            try:
                await self._transaction(client, self._letter(rng))
            except Refused:
                await asyncio.sleep(_AGAIN_SECONDS)
                await self._ask(client, "RSET", b"RSET\r\n")
            await asyncio.sleep(rng.uniform(0, 2 * self._pause))
        await self._ask(client, "QUIT", b"QUIT\r\n")

    async def _transaction(self, client: SmtpClient, letter: Letter) -> None:
        await self._ask(client, "MAIL", b"MAIL FROM:<bob@example.org>\r\n")
        for recipient in letter.recipients:
            await self._ask(client, "RCPT", f"RCPT TO:<{recipient}>\r\n".encode())
        await self._ask(client, "DATA", b"DATA\r\n")
        self._ledger.letters[letter.token] = letter
        octets = letter.octets().replace(b"\r\n.", b"\r\n..")
        await self._ask(client, "end of data", octets + b".\r\n")
        self._ledger.accepted.add(letter.token)

    async def _ask(self, client: SmtpClient, command: str, octets: bytes) -> None:
        """Send and hear the reply. Raises Refused when it is no good one, ConnectionError when none comes."""
        began = time.monotonic()
        reply = ""
        try:
            reply = await client.send(octets)
        finally:
            self._ledger.hear(command, reply, time.monotonic() - began)
        if not reply:
            raise ConnectionResetError(command)
        if reply[0] not in "23":
            raise Refused(reply)

    def _letter(self, rng: random.Random) -> Letter:
        count = rng.randint(2, _MOST_RECIPIENTS) if rng.random() < _MANY_SHARE else 1
        return Letter(
            token=rng.randbytes(8).hex(),
            recipients=tuple(rng.sample(self._addresses, count)),
            size=LARGE if rng.random() < _LARGE_SHARE else SMALL,
        )
