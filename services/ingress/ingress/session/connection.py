"""The transport's side of a session: octets in, replies out, timers, TLS. It knows no command."""

import asyncio
import ssl
from functools import lru_cache
from typing import AnyStr, cast

from aiosmtpd.smtp import SMTP

from ingress.seam import Interruption
from ingress.session.doorbell import Doorbell
from ingress.session.ending import Ended
from ingress.session.incoming import Incoming
from mailcore import replies
from mailcore.replies import Reply

_MOST_INCOMING = 65_536
"""Octets kept unread by the session before reading pauses."""
_MOST_REPLIES = 64
"""Replies kept back for one write while commands are pipelined (RFC 2920 3.2)."""
_BEFORE_LIMITS = 60.0
"""Seconds without data before the handler has set limits."""
_HANDSHAKE = 30.0
_LINGER = 10.0
"""Seconds a closed connection may take to get rid of its last reply."""
_wire = lru_cache(maxsize=1024)(Reply.wire)
"""Most replies are said over and over."""


class Connection(SMTP):
    """One client's connection.

    The base class's protocol half is replaced: it makes tables of itself for every connection, reads line by line and
    holds each message whole. Its `__init__` is therefore not called.
    """

    transport: asyncio.Transport
    ended: Ended | None = None
    idle_timeout = _BEFORE_LIMITS
    is_interruptible = False
    """Whether what the session waits for now may be cancelled."""
    _has_come = False
    _is_reading = True
    _is_writable = True
    _is_eof = False
    _is_lost = False
    _idle_timer: asyncio.TimerHandle | None = None
    _life_timer: asyncio.TimerHandle | None = None

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.incoming = Incoming()
        self._replies: list[bytes] = []
        self._doorbell = Doorbell(self.loop)

    # What the transport calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin the conversation."""
        self.transport = cast("asyncio.Transport", transport)
        self._waiting_since = self.began = self.loop.time()
        self._idle_timer = self.loop.call_later(self.idle_timeout, self._look_whether_idle)
        self._task = self.loop.create_task(self._handle_client())

    def data_received(self, data: bytes) -> None:
        """Keep what came, and wake the session if it waits."""
        self.incoming.add(data)
        self._has_come = True
        if len(self.incoming) > _MOST_INCOMING:
            self.stop_reading()
        self._doorbell.ring()

    def eof_received(self) -> bool:
        """Answer what has come before closing: a client may send all it has and shut down its side."""
        self._is_eof = True
        self._doorbell.ring()
        return self.transport.get_extra_info("ssl_object") is None  # TLS has no half-closed state

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002 - the protocol's signature
        """End the conversation; what must not be cancelled is finished."""
        self._is_lost = True
        self._is_writable = True
        self.interrupt(None, "disconnected")

    def pause_writing(self) -> None:
        """Stop answering: the client does not read."""
        self._is_writable = False

    def resume_writing(self) -> None:
        """Go on answering."""
        self._is_writable = True
        self._doorbell.ring()

    # What the session calls

    async def more(self) -> None:
        """Send what was answered and wait until more has come. Raises Ended when nothing will."""
        self.send()
        if not self._is_writable:
            await self.flush()
        if not self._is_reading:
            self._resume_reading()
        while not self._has_come:
            if self._is_eof:
                raise Ended(None, "disconnected")
            await self._wait()
        self._has_come = False

    def answer(self, reply: Reply) -> None:
        """Keep a reply for the next write. Raises Ended after 421, which announces the end (RFC 5321 3.8)."""
        self._replies.append(_wire(reply))
        if reply.code == 421:  # noqa: PLR2004 - RFC 5321 4.2.3
            raise Ended(None, "stopping")

    async def push(self, status: AnyStr) -> None:
        """Answer with a line that is encoded already, as the methods of the base class do."""
        # mypy looks at each type of AnyStr by itself
        line = status.encode("utf-8") if isinstance(status, str) else status  # type: ignore[redundant-expr]
        self._replies.append(line + b"\r\n")
        await self.flush()

    def send(self) -> None:
        """Write what was answered, at once."""
        if self._replies:
            wire = b"".join(self._replies)
            self._replies.clear()
            if not self._is_lost and not self.transport.is_closing():
                self.transport.write(wire)

    async def flush(self) -> None:
        """Write what was answered, and wait while the client does not read."""
        self.send()
        while not self._is_writable:
            await self._wait()

    @property
    def owes_replies(self) -> bool:
        """Whether so many replies are kept back that they should be sent."""
        return len(self._replies) > _MOST_REPLIES

    def interrupt(self, reply: Reply | None, why: Interruption) -> None:
        """End the conversation: at once where the client is waited for, else after what must be finished first."""
        if self.ended is not None:
            return
        self.ended = Ended(reply, why)
        self.stop_reading()
        if self._doorbell.is_awaited:
            self._doorbell.ring()
        elif self.is_interruptible:
            self._task.cancel()

    def limit_idleness(self, seconds: float) -> None:
        """End the conversation when so many seconds pass without data; a shorter time holds at once."""
        self.idle_timeout = seconds
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        self._look_whether_idle()

    def stop_reading(self) -> None:
        """Take nothing more from the client than what has come."""
        if self._is_reading and not self._is_lost and not self.transport.is_closing():
            self._is_reading = False
            self.transport.pause_reading()

    def limit_life(self, seconds: float) -> None:
        """End the conversation so many seconds after the connection began."""
        if self._life_timer is not None:
            self._life_timer.cancel()
        self._life_timer = self.loop.call_at(self.began + seconds, self.interrupt, replies.SESSION_TOO_LONG, "timeout")

    async def upgrade(self, context: ssl.SSLContext) -> ssl.SSLObject:
        """Put TLS between transport and session. Octets that have come already are TLS's. Raises Ended if it fails."""
        # Paused before the client can know that TLS begins: its first octets must not be taken for commands.
        self.transport.pause_reading()
        self.send()
        upgrade = asyncio.ensure_future(
            self.loop.start_tls(self.transport, self, context, server_side=True, ssl_handshake_timeout=_HANDSHAKE)
        )
        if self.incoming:
            await self._give_to_tls(self.incoming.take_all())
        try:
            transport = await upgrade
        except OSError as error:  # ssl.SSLError is one
            raise Ended(None, "disconnected") from error
        if transport is None:  # the connection was lost meanwhile
            raise Ended(None, "disconnected")
        self.transport = transport
        self._is_reading = True
        return cast("ssl.SSLObject", transport.get_extra_info("ssl_object"))

    async def _give_to_tls(self, octets: bytes) -> None:
        """Hand over what a load balancer sent in one go with its header."""
        # One turn of the loop until TLS is the transport's protocol, and one until it has been told of the transport.
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        tls = cast("asyncio.BufferedProtocol", self.transport.get_protocol())
        while octets:
            room = memoryview(tls.get_buffer(len(octets)))
            taken = min(len(room), len(octets))
            room[:taken] = octets[:taken]
            octets = octets[taken:]
            tls.buffer_updated(taken)

    def hang_up(self, reply: Reply | None) -> None:
        """Say the last word and close."""
        for timer in (self._idle_timer, self._life_timer):
            if timer is not None:
                timer.cancel()
        if reply is not None:
            self._replies.append(reply.wire())
        self.send()
        self.transport.close()
        if not self._is_lost and self.transport.get_write_buffer_size():
            self.loop.call_later(_LINGER, self.transport.abort)

    def _resume_reading(self) -> None:
        if self.ended is None:
            self._is_reading = True
            self.transport.resume_reading()

    async def _wait(self) -> None:
        if self.ended is not None:
            raise self.ended
        self._waiting_since = self.loop.time()
        await self._doorbell
        if self.ended is not None and not self._has_come:
            raise self.ended

    def _look_whether_idle(self) -> None:
        """One timer per connection: looked at when it is due, not set anew for every command."""
        due = (self._waiting_since if self._doorbell.is_awaited else self.loop.time()) + self.idle_timeout
        if due <= self.loop.time():
            self.interrupt(replies.IDLE_TOO_LONG, "timeout")
        else:
            self._idle_timer = self.loop.call_at(due, self._look_whether_idle)
