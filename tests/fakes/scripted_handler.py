"""A handler that answers as a test tells it and notes what it was asked."""

import asyncio
from dataclasses import dataclass, field, replace

from tests.fakes.null_handler import LIMITS

from ingress.seam import (
    Interruption,
    MailCommand,
    MessageLimits,
    MessageSink,
    RcptCommand,
    SessionLimits,
    SessionState,
)
from mailcore import replies
from mailcore.replies import Reply


class KeepingSink:
    """Keeps the octets of one message, or fails."""

    def __init__(self, *, breaks: bool, delay: float) -> None:
        self.octets = b""
        self._breaks = breaks
        self._delay = delay

    async def write(self, octets: bytes) -> None:
        """Keep the octets."""
        if self._delay:
            await asyncio.sleep(self._delay)
        if self._breaks:
            raise OSError("this sink breaks")
        self.octets += octets


@dataclass
class ScriptedHandler:
    """Accepts everything that `answers` does not say otherwise about.

    Keys of `answers` and `delays` are stages (`connect`, `helo`, `authenticate`, `mail`, `rcpt`, `data`, `message`), or
    a stage and what it is about (`rcpt b@example.com`). A stage in `failures` raises.
    """

    limits: SessionLimits = LIMITS
    message_limits: MessageLimits | None = None
    answers: dict[str, Reply | None] = field(default_factory=dict)
    delays: dict[str, float] = field(default_factory=dict)
    failures: set[str] = field(default_factory=set)
    events: list[str] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)
    """What was accepted."""
    _count: int = 0

    async def _answer(self, stage: str, about: str, otherwise: Reply | None) -> Reply | None:
        keys = (f"{stage} {about}", stage)
        await asyncio.sleep(next((self.delays[key] for key in keys if key in self.delays), 0))
        if self.failures.intersection(keys):
            raise RuntimeError(f"{stage} fails as it was told to")
        return next((self.answers[key] for key in keys if key in self.answers), otherwise)

    async def _reply(self, stage: str, about: str, otherwise: Reply) -> Reply:
        reply = await self._answer(stage, about, otherwise)
        assert reply is not None
        return reply

    def admit(self, state: SessionState) -> Reply | None:
        """Answer."""
        return self.answers.get("admit")

    async def connect(self, state: SessionState) -> Reply | None:
        """Set the limits; answer, and hear who talked early."""
        state.limits = self.limits
        self.events.append(f"connect {state.peer_ip}")
        greeting = replies.GREETING.about(hostname=self.limits.hostname)
        reply = await self._answer("connect", "", greeting)
        return replies.TALKED_EARLY if "connect" in self.delays and state.talked_early else reply

    async def helo(self, state: SessionState) -> Reply | None:
        """Answer."""
        return await self._answer("helo", state.helo, None)

    async def authenticate(self, state: SessionState, name: str, password: str) -> Reply:
        """Answer; the right password is `right`."""
        otherwise = replies.AUTH_OK if password == "right" else replies.AUTH_FAILED
        reply = await self._reply("authenticate", name, otherwise)
        if reply.is_success:
            state.account = name
        self.events.append(f"authenticate {name}")
        return reply

    def recognise(self, state: SessionState, shown: str) -> str | None:
        """Recognise nobody."""

    def reenter(self, state: SessionState, sealed: str) -> bool:
        """Take nothing."""
        return False

    async def mail(self, state: SessionState, command: MailCommand) -> Reply:
        """Answer, and set the limits of the message."""
        state.message_limits = self.message_limits
        self.events.append(f"mail {_described(command)}")
        return await self._reply("mail", command.path, replies.SENDER_OK)

    async def rcpt(self, state: SessionState, command: RcptCommand) -> Reply:
        """Answer."""
        self.events.append(f"rcpt {_described(command)}")
        return await self._reply("rcpt", command.path, replies.RECIPIENT_OK)

    async def data(self, state: SessionState) -> MessageSink | Reply:
        """Give a sink."""
        refusal = await self._answer("data", "", None)
        return refusal or KeepingSink(breaks="write" in self.failures, delay=self.delays.get("write", 0))

    async def message(self, state: SessionState, sink: MessageSink) -> Reply:
        """Answer, and keep what was accepted."""
        assert isinstance(sink, KeepingSink)
        self._count += 1
        reply = await self._reply("message", "", replies.MESSAGE_ACCEPTED.about(message_id=self._count))
        if reply.is_success:
            self.messages.append(sink.octets)
        self.events.append(f"message {_shown(sink.octets)}")
        return reply

    async def refuse_message(self, state: SessionState, sink: MessageSink, reply: Reply) -> None:
        """Note it."""
        self.events.append(f"refuse_message {reply.code} {reply.status}")

    async def reset(self, state: SessionState) -> None:
        """Note it."""
        self.events.append("reset")

    async def abort(self, state: SessionState, sink: MessageSink, why: Interruption) -> None:
        """Note it, with what had come."""
        assert isinstance(sink, KeepingSink)
        self.events.append(f"abort {why} {_shown(sink.octets)}")

    async def command_refused(self, state: SessionState, verb: str, reply: Reply) -> None:
        """Note it."""
        self.events.append(f"command_refused {verb or '-'} {reply.code}")

    async def closed(self, state: SessionState) -> None:
        """Note it."""
        self.events.append("closed")

    def with_limits(self, **changes: float | str | None) -> None:
        """Change what holds for a connection."""
        self.limits = replace(self.limits, **changes)  # type: ignore[arg-type]  # names and values come from a file


def _described(command: MailCommand | RcptCommand) -> str:
    """Show a command with the parameters that were given."""
    ordinary = type(command)(command.path)
    parts = [f"<{command.path}>"]
    for name in type(command).__slots__:
        value = getattr(command, name)
        if value != getattr(ordinary, name):
            parts.append(f"{name}={','.join(sorted(value)) if isinstance(value, frozenset) else value}")
    return " ".join(parts)


def _shown(octets: bytes) -> str:
    return repr(octets)[2:-1]
