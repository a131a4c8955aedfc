"""A client that says what a test tells it to say, line by line."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

ANSWER_SECONDS = 20.0


class SmtpClient:
    """One connection. Replies are given as text, their lines joined by line feeds."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    @asynccontextmanager
    async def connected(cls, port: int, tls: ssl.SSLContext | None = None) -> AsyncIterator[Self]:
        """Connect to a port of the loopback, under implicit TLS when `tls` is given; the greeting is not read yet."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=tls, limit=2**20)
        client = cls(reader, writer)
        try:
            yield client
        finally:
            await client.vanish()

    async def reply(self) -> str:
        """Read one reply; empty when the server has closed the connection."""
        lines = []
        async with asyncio.timeout(ANSWER_SECONDS):
            while line := (await self._reader.readline()).decode("utf-8").rstrip("\r\n"):
                lines.append(line)
                if line[3:4] != "-":
                    break
        return "\n".join(lines)

    async def say(self, line: str) -> str:
        """Send a command and give its reply."""
        return await self.send(line.encode("utf-8") + b"\r\n")

    async def send(self, octets: bytes) -> str:
        """Send octets and give the reply to them."""
        await self.write(octets)
        return await self.reply()

    async def write(self, octets: bytes) -> None:
        """Send octets, not waiting for a reply."""
        self._writer.write(octets)
        await self._writer.drain()

    async def greeted(self, ehlo: str = "client.example.org") -> Self:
        """Read the greeting and say EHLO."""
        greeting = await self.reply()
        assert greeting.startswith("220 "), greeting
        answer = await self.say(f"EHLO {ehlo}")
        assert answer.startswith("250-"), answer
        return self

    async def start_tls(self, tls: ssl.SSLContext) -> None:
        """Begin TLS by STARTTLS, and say EHLO again."""
        assert (await self.say("STARTTLS")).startswith("220 ")
        await self._writer.start_tls(tls)
        assert (await self.say("EHLO client.example.org")).startswith("250-")

    async def begin(self, sender: str, *recipients: str) -> str:
        """Say MAIL and RCPT; give the first refusal, or the last reply."""
        reply = await self.say(f"MAIL FROM:<{sender}>")
        for recipient in recipients:
            if not reply.startswith("250"):
                break
            reply = await self.say(f"RCPT TO:<{recipient}>")
        return reply

    async def deliver(self, sender: str, recipient: str, message: bytes = b"Subject: a\r\n\r\nbody\r\n") -> str:
        """Send a message to one recipient; give the first refusal, or the reply to the end of data."""
        reply = await self.begin(sender, recipient)
        if reply.startswith("250"):
            reply = await self.say("DATA")
        if reply.startswith("354"):
            reply = await self.send(message + b".\r\n")
        return reply

    async def vanish(self) -> None:
        """Close the connection without a word."""
        self._writer.close()
        try:
            await self._writer.wait_closed()
        except OSError:
            # The server was quicker.
            return
