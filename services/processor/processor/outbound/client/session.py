"""An open session with another server: commands out, replies in, each within its time."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from mailcore.replies import Reply
from processor.outbound.client.answer import Answer, SessionFailed, Stage
from processor.outbound.client.extensions import Extensions
from processor.outbound.client.reply_lines import read_reply
from processor.outbound.client.timeouts import Timeouts
from processor.outbound.client.wire import Wire, WireLost


@dataclass(frozen=True, slots=True)
class Tls:
    """What protects a session."""

    version: str
    cipher: str
    is_verified: bool
    """Whether the certificate was checked, and is valid for the server's name, or is what its TLSA records name."""

    def __str__(self) -> str:
        return f"{self.version} {self.cipher} {'verified' if self.is_verified else 'not verified'}"


class Session:
    """One connection after its greeting."""

    def __init__(self, wire: Wire, timeouts: Timeouts, deadline: float) -> None:
        self.wire = wire
        self.timeouts = timeouts
        self.deadline = deadline
        """Until when everything up to the end of the message must be over, by the event loop's clock."""
        self.extensions = Extensions()
        self.server = ""
        """What the server calls itself."""
        self.tls: Tls | None = None
        self.tls_failure = ""
        """Why it is not under the TLS that was wanted first; empty: it is, or none was."""
        self.transactions = 0
        """How many messages were sent in it."""
        self.refuses_chunks = False
        """Whether the server turned out not to know BDAT, whatever it offers. Then it is dropped."""
        self.answers_each = False
        """Whether the server answers the end of a message once for each recipient, as LMTP has it (RFC 2033 4.2)."""

    @property
    def is_usable(self) -> bool:
        """Whether another message can be sent: the server has neither gone nor said anything unasked."""
        return not self.wire.is_lost and not self.wire.has_unread

    async def command(self, line: str, stage: Stage, seconds: float) -> Reply:
        """Send a command and give its reply. Raises SessionFailed when none comes in time."""
        await self.send(f"{line}\r\n".encode(), stage, seconds)
        return await self.reply(stage, seconds)

    async def send(self, octets: bytes, stage: Stage, seconds: float) -> None:
        """Send octets. Raises SessionFailed when they cannot be sent in time."""
        self.insist_on_time(stage)
        try:
            async with asyncio.timeout_at(self._until(seconds)):
                await self.wire.write(octets)
        except WireLost as error:
            raise SessionFailed(Answer(stage, why=str(error))) from error
        except TimeoutError as error:
            raise SessionFailed(Answer(stage, why=f"the server took nothing for {seconds:g} s")) from error

    async def reply(self, stage: Stage, seconds: float, *, is_final: bool = False) -> Reply:
        """Read a reply; `is_final`: the message has ended, and the deadline with it. Raises SessionFailed."""
        until = asyncio.get_running_loop().time() + seconds if is_final else self._until(seconds)
        try:
            async with asyncio.timeout_at(until):
                return await read_reply(self.wire)
        except WireLost as error:
            raise SessionFailed(Answer(stage, why=str(error))) from error
        except TimeoutError as error:
            raise SessionFailed(Answer(stage, why=f"no reply within {seconds:g} s, or the attempt's time")) from error

    def insist_on_time(self, stage: Stage) -> None:
        """Raise SessionFailed once the deadline is over: whatever is slow, be it our own content, counts."""
        if asyncio.get_running_loop().time() >= self.deadline:
            raise SessionFailed(Answer(stage, why="the time of the attempt is over"))

    async def quit(self) -> None:
        """Say goodbye and close; whatever the server answers."""
        try:
            with suppress(SessionFailed):
                await self.command("QUIT", "final", self.timeouts.quit)
        finally:
            self.wire.close()

    def drop(self) -> None:
        """Close at once, unfinished as it is."""
        self.wire.abort()

    def _until(self, seconds: float) -> float:
        return min(asyncio.get_running_loop().time() + seconds, self.deadline)
