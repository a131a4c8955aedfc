"""A real SMTP server on loopback that answers as told: accepts, defers, refuses, hangs, drops, breaks TLS.

    async with Relay() as relay:
        relay.on("RCPT TO:<bea@", "550 5.1.1 Nobody of that name")     for ever
        relay.on("MAIL", "451 4.3.0 Later", times=2)                    then as usual
        relay.on("CONNECT", DROP)

A rule is for command lines that begin with its words, whatever their case. `CONNECT` stands for a new connection,
`CONTENT` for the first octets of a message, `END` for its end (of DATA or the last BDAT).
"""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

DROP = "drop"
"""Close the connection without a word."""
HANG = "hang"
"""Say nothing more, until `go_on`."""
BREAK = "break"
"""For STARTTLS: say yes, and then something that is no TLS."""
LOSE_REPLY = "lose reply"
"""For END: take the message, and close the connection without a word."""

FULL = ("PIPELINING", "SIZE 52428800", "8BITMIME", "ENHANCEDSTATUSCODES", "SMTPUTF8", "DSN", "CHUNKING")
BARE: tuple[str, ...] = ()


@dataclass
class Received:
    """One message that was taken."""

    mail: str
    """The MAIL line."""
    rcpts: list[str]
    """The RCPT lines that were accepted."""
    content: bytes
    tls: bool
    chunks: int
    """How many BDAT commands brought it; 0: DATA."""

    @property
    def recipients(self) -> list[str]:
        """The addresses."""
        return [line.partition("<")[2].partition(">")[0] for line in self.rcpts]


@dataclass
class _Rule:
    begins: str
    action: str
    times: float
    after: Callable[[], None] | None = None


@dataclass
class _Dialog:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    tls: bool = False
    mail: str = ""
    rcpts: list[str] = field(default_factory=list)
    chunks: int = 0
    content: bytearray = field(default_factory=bytearray)

    def reset(self) -> None:
        """Forget the transaction."""
        self.mail, self.rcpts, self.chunks, self.content = "", [], 0, bytearray()


class _Over(Exception):  # noqa: N818 - no error
    pass


class Relay:
    """`async with Relay() as relay:` has it listen on `relay.port`."""

    def __init__(
        self,
        *,
        offers: tuple[str, ...] = FULL,
        tls: ssl.SSLContext | None = None,
        name: str = "relay.test",
        keep_content: bool = True,
        implicit: bool = False,
        host: str = "127.0.0.1",
        knows_bdat: bool = True,
    ) -> None:
        self.received: list[Received] = []
        self.lines: list[str] = []
        """Every command line of every connection."""
        self.connections = 0
        self.open_now = 0
        self.most_open = 0
        self.raw = bytearray()
        """Every octet of DATA as it came, dots still doubled."""
        self._offers = offers
        self._tls = tls
        self._implicit = implicit
        self._host = host
        self._name = name
        self._keep = keep_content
        self._knows_bdat = knows_bdat
        self._rules: list[_Rule] = []
        self._hanging = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def __aenter__(self) -> Self:
        await self.up()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.down()

    async def up(self) -> None:
        """Listen; on the same port as before."""
        context = self._tls if self._implicit else None
        self._server = await asyncio.start_server(self._serve, self._host, self.port, ssl=context, limit=2**20)
        self.port = self._server.sockets[0].getsockname()[1]

    async def down(self) -> None:
        """Listen no more, and drop all connections."""
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def address(self) -> str:
        """As it stands in a static route."""
        return f"127.0.0.1:{self.port}"

    def on(
        self, begins: str, action: str, *, times: float = float("inf"), after: Callable[[], None] | None = None
    ) -> None:
        """Have it do `action` (a reply, or one of the words above); `after` is called when it did."""
        self._rules.append(_Rule(begins.upper(), action, times, after))

    def forget(self) -> None:
        """Do as usual again."""
        self._rules.clear()

    def go_on(self) -> None:
        """Have it say what it kept back when it was told to hang; it hangs no more."""
        self._hanging.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        dialog = _Dialog(reader, writer, self._implicit)
        try:
            await self._say(dialog, "CONNECT", f"220 {self._name} ESMTP")
            while line := await reader.readline():
                await self._command(dialog, line.decode("utf-8").rstrip("\r\n"))
        except (_Over, ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, asyncio.CancelledError):
            # Each ends this connection and nothing else; a cancelled callback of a stream would be logged as an error.
            pass
        finally:
            self.open_now -= 1
            self._tasks.discard(task)
            writer.close()

    async def _command(self, dialog: _Dialog, line: str) -> None:
        self.lines.append(line)
        verb = line.partition(" ")[0].upper()
        longer = {"EHLO": self._hello, "DATA": self._data, "BDAT": self._bdat, "STARTTLS": self._start_tls}
        if verb in longer:
            return await longer[verb](dialog, line)
        usual = {
            "MAIL": "503 5.5.1 Nested MAIL" if dialog.mail else "250 2.1.0 Fine",
            "RCPT": "250 2.1.5 Fine" if dialog.mail else "503 5.5.1 MAIL first",
            "AUTH": "235 2.7.0 Welcome",
            "QUIT": "221 2.0.0 Bye",
        }
        is_taken = await self._say(dialog, line, usual.get(verb, f"250 {self._name}"))
        match verb:
            case "MAIL" if is_taken:
                dialog.mail = line
            case "RCPT" if is_taken:
                dialog.rcpts.append(line)
            case "RSET":
                dialog.reset()
            case "QUIT":
                raise _Over
        return None

    async def _hello(self, dialog: _Dialog, line: str) -> None:
        lines = [self._name, *self._offers, *(["STARTTLS"] if self._tls and not dialog.tls else [])]
        last = len(lines) - 1
        await self._say(dialog, line, "\n".join(f"250{' ' if n == last else '-'}{one}" for n, one in enumerate(lines)))

    async def _data(self, dialog: _Dialog, line: str) -> None:
        if not dialog.rcpts:
            await self._say(dialog, line, "503 5.5.1 RCPT first")
            return
        if not await self._say(dialog, line, "354 Go on"):
            return
        is_first = True
        while (text := await dialog.reader.readline()) != b".\r\n":
            if not text:
                raise _Over
            if is_first:
                is_first = False
                await self._say(dialog, "CONTENT", "")
            if self._keep:
                self.raw += text
                dialog.content += text[1:] if text.startswith(b".") else text
        await self._end(dialog)

    async def _bdat(self, dialog: _Dialog, line: str) -> None:
        if not self._knows_bdat:
            # What follows is read as commands, as such a server does.
            await self._say(dialog, line, "502 5.5.1 What?")
            return
        words = line.upper().split()
        octets = await dialog.reader.readexactly(int(words[1]))
        await self._say(dialog, "CONTENT", "")
        dialog.chunks += 1
        if self._keep:
            dialog.content += octets
        if "LAST" in words:
            await self._end(dialog)
        else:
            await self._say(dialog, line, f"250 2.0.0 {words[1]} octets")

    async def _end(self, dialog: _Dialog) -> None:
        rule = self._rule("END")
        message = Received(dialog.mail, dialog.rcpts, bytes(dialog.content), dialog.tls, dialog.chunks)
        dialog.reset()
        if rule is not None and rule.action == LOSE_REPLY:
            rule.times -= 1
            self.received.append(message)
            raise _Over
        if await self._say(dialog, "END", "250 2.0.0 Taken"):
            self.received.append(message)

    async def _start_tls(self, dialog: _Dialog, line: str) -> None:
        rule = self._rule(line)
        if rule is not None and rule.action == BREAK:
            rule.times -= 1
            dialog.writer.write(b"220 2.0.0 Go on\r\n")
            await dialog.writer.drain()
            await dialog.reader.read(1)
            dialog.writer.write(b"this is no TLS at all\r\n")
            raise _Over
        if self._tls is None:
            await self._say(dialog, line, "502 5.5.1 No")
        elif await self._say(dialog, line, "220 2.0.0 Go on"):
            await dialog.writer.start_tls(self._tls)
            dialog.tls = True
            dialog.reset()

    async def _say(self, dialog: _Dialog, line: str, usual: str) -> bool:
        """Answer by a rule or as usual; say whether that was a success."""
        rule = self._rule(line)
        text = usual
        if rule is not None:
            rule.times -= 1
            text = rule.action
            if rule.after is not None:
                rule.after()
        if text == DROP:
            raise _Over
        if text == HANG:
            await self._hanging.wait()
            text = usual
        if text:
            dialog.writer.write("".join(f"{one}\r\n" for one in text.split("\n")).encode())
            await dialog.writer.drain()
        if text.startswith("421"):
            raise _Over
        return text[:1] in {"2", "3"}

    def _rule(self, line: str) -> _Rule | None:
        return next((rule for rule in self._rules if rule.times > 0 and line.upper().startswith(rule.begins)), None)
