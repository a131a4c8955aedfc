"""The client that holds a conversation with a server."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Coroutine, Sequence

from tests.dialogs.conversation import Conversation, Step, octets_of
from tests.fakes.tls import client_context

from mailcore import replies
from mailcore.replies import Reply

_PATIENCE = 10.0


class Client:
    """Plays the steps of a conversation; fails with an AssertionError that names the line."""

    def __init__(
        self,
        host: str,
        port: int,
        events: Sequence[str] = (),
        operator: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        """`events`: what the handler hears, or DNS is asked; `operator` does what the server's operator is asked to."""
        self._host, self._port = host, port
        self._events = events
        self._operator = operator
        self._heard = 0

    async def hold(self, conversation: Conversation) -> None:
        """Hold the conversation to its end."""
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        try:
            unsent = b""
            for step in conversation.steps:
                if step.kind in {"C:", "C>", "C*"}:
                    unsent += octets_of(step)
                    continue
                if unsent:
                    self._writer.write(unsent)
                    unsent = b""
                await self._take(step)
        finally:
            self._writer.close()

    async def _take(self, step: Step) -> None:
        match step.kind:
            case "S:":
                await self._expect(step)
            case "H:" | "D:":
                await self._hear(step)
            case "H!" | "D!":
                heard = [event for event in self._events if event.startswith(step.text)]
                assert not heard, f"{step.place}: {heard}"
            case "tls":
                await self._writer.start_tls(client_context(), server_hostname="localhost")
            case "wait":
                await asyncio.sleep(float(step.text))
            case "again":
                self._writer.close()
                self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
            case "O:":
                assert self._operator is not None, f"{step.place}: this server has no operator"
                await self._operator(step.text)
            case "shut":
                self._writer.write_eof()
            case _:
                self._writer.transport.abort()

    async def _expect(self, step: Step) -> None:
        name, _, words = step.text.partition(" ")
        if name == "closed":
            rest = await self._read(self._reader.read())
            assert rest == b"", f"{step.place}: {rest!r} instead of the end"
        elif name == "silent":
            await self._expect_silence(step, float(words))
        else:
            reply = await self._read_reply(step.place)
            assert _matches(name, reply), f"{step.place}: {name} expected, got {reply}"
            assert words.replace("\\n", "\n") in reply.text, f"{step.place}: {words!r} expected in {reply}"

    async def _expect_silence(self, step: Step, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                octets = await self._reader.read(1)
        except TimeoutError:
            return
        raise AssertionError(f"{step.place}: {octets!r} instead of silence")

    async def _read_reply(self, place: str) -> Reply:
        lines: list[Reply] = []
        while True:
            octets = await self._read(self._reader.readline())
            assert octets.endswith(b"\r\n"), f"{place}: {octets!r} is no reply line"
            line = octets.decode("utf-8")
            lines.append(Reply.parse(line))
            if line[3] == " ":
                return Reply(lines[-1].code, lines[-1].status, "\n".join(line.text for line in lines))

    @staticmethod
    async def _read(reading: Coroutine[object, object, bytes]) -> bytes:
        try:
            return await asyncio.wait_for(reading, _PATIENCE)
        except ConnectionError:
            return b""

    async def _hear(self, step: Step) -> None:
        deadline = asyncio.get_running_loop().time() + _PATIENCE
        while asyncio.get_running_loop().time() < deadline:
            while self._heard < len(self._events):
                self._heard += 1
                if self._events[self._heard - 1].rstrip() == step.text:
                    return
            await asyncio.sleep(0.01)
        raise AssertionError(f"{step.place}: not among {list(self._events)}")


def _matches(name: str, reply: Reply) -> bool:
    if name.isdigit():
        return reply.code == int(name)
    expected: Reply = getattr(replies, name)
    pattern = re.sub(r"\\\{\w+\\\}", ".*", re.escape(expected.text))
    return (reply.code, reply.status) == (expected.code, expected.status) and bool(
        re.fullmatch(pattern, reply.text, re.DOTALL)
    )
