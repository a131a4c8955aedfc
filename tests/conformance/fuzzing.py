"""What must hold of a session whatever its client sends."""

import asyncio
import re
from dataclasses import replace

import structlog.testing
from tests.fakes.scripted_handler import ScriptedHandler
from tests.fakes.wire import Wire

from ingress.seam import MessageLimits, MessageSink, SessionState
from ingress.session import Listener, LiveSessions, Session
from mailcore import replies
from mailcore.replies import Reply

MOST_TURNS = 100
_MOST_KEPT = 65_536
_REASONS = (replies.MESSAGE_TOO_BIG, replies.HEADER_TOO_BIG, replies.TEXT_LINE_TOO_LONG, replies.BARE_LINE_END)
_REASON = re.compile("|".join(re.escape(str(reply)).replace(r"\{limit\}", r"\d+") for reply in _REASONS).encode())


class CountingHandler(ScriptedHandler):
    """Counts how each message that began has ended."""

    begun = 0

    async def data(self, state: SessionState) -> MessageSink | Reply:
        """Count a beginning."""
        self.begun += 1
        return await super().data(state)

    @property
    def ended(self) -> int:
        """How many messages have ended, one way or another."""
        ends = ("message ", "refuse_message ", "abort ")
        return sum(event.startswith(ends) for event in self.events)


async def _converse(chunks: list[bytes], message_limits: MessageLimits) -> bytes:
    loop = asyncio.get_running_loop()
    escaped: list[dict[str, object]] = []
    loop.set_exception_handler(lambda _, context: escaped.append(context))
    handler = CountingHandler(message_limits=message_limits)
    handler.limits = replace(handler.limits, max_command_errors=0, auth_without_tls=True)
    live = LiveSessions()
    session = Session(handler, Listener("smtp"), live)
    wire = Wire(session)
    session.connection_made(wire)
    for chunk in chunks:
        await _settle(session)
        if wire.is_closing():
            break
        session.data_received(chunk)
    await _settle(session)
    assert len(session.incoming) <= _MOST_KEPT, "the buffer grows"
    said = wire.written
    if not wire.is_closing():
        session.connection_lost(None)
    await _settle(session)
    assert not escaped, escaped
    assert session._task.done(), "the session does not end"
    assert session._task.exception() is None
    assert len(live) == 0
    assert handler.events.count("closed") == 1
    assert handler.begun == handler.ended, handler.events
    assert said.count(b"\r\n250 2.0.0 Accepted as ") <= len(handler.messages), "250 for what was not handed over"
    return said


async def _settle(session: Session) -> None:
    """Let the session come to where it waits for its client."""
    for _ in range(MOST_TURNS):
        await asyncio.sleep(0)
        if session._doorbell.is_awaited or session._task.done():
            return
    raise AssertionError("the session waits for something else than its client")


def _comparable(said: bytes) -> bytes:
    """Give replies without the reason for which a message was refused: of several, the one met first is told."""
    return _REASON.sub(b"refused", said)


def check(octets: bytes, chunks: list[bytes], *, normalise: bool) -> None:
    """Check that nothing goes wrong, and that replies do not depend on how the octets come."""
    limits = MessageLimits(size=200, line_length=80, header_size=60)
    if normalise:
        limits = replace(limits, bare_line_ends="normalise")
    with structlog.testing.capture_logs() as logs, asyncio.Runner() as runner:
        at_once = runner.run(_converse([octets] if octets else [], limits))
        in_pieces = runner.run(_converse(chunks, limits))
    assert _comparable(at_once) == _comparable(in_pieces)
    assert not [entry for entry in logs if entry["log_level"] == "error"], logs
