"""A real HTTP server on loopback, with TLS or without, that answers as told and remembers what it was asked."""

import asyncio
import ssl
from dataclasses import dataclass
from typing import Self


@dataclass
class Asked:
    """One request."""

    line: str
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes


class HttpsServer:
    """`async with HttpsServer(context) as server:` has it answer everything alike."""

    def __init__(self, context: ssl.SSLContext | None, body: str = "", *, content_type: str = "text/plain") -> None:
        """Without a `context` it speaks no TLS."""
        self.status = "200 OK"
        self.body = body.encode()
        self.content_type = content_type
        self.extra = ""
        """Header fields, CRLF-ended."""
        self.hangs = False
        """Whether it hears what is asked, and never answers."""
        self.asked: list[Asked] = []
        self.port = 0
        self._context = context

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=self._context)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            line, *fields = head.rstrip("\r\n").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            self.asked.append(Asked(line, headers, body))
            if self.hangs:
                await reader.read()
                return
            writer.write(
                f"HTTP/1.1 {self.status}\r\nContent-Type: {self.content_type}\r\nContent-Length: {len(self.body)}\r\n"
                f"{self.extra}Connection: close\r\n\r\n".encode()
            )
            writer.write(self.body)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass  # whoever asked did not like what he saw
        finally:
            writer.close()
