"""What the stories of outbound mail have in common: a mailroom, relays that routes lead to, and a running processor."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import text
from tests.fakes.relay import Relay
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.waiting import until, until_retried

from mailcore.bus.topology import INCOMING
from mailcore.db.jobs import NewJob
from mailcore.db.settings_store import SettingsStore
from mailcore.mail.envelope import Envelope, Recipient
from mailcore.mail.incoming import Client, Incoming
from mailcore.platform import Platform
from mailcore.trace import TraceEvent
from processor.app import ProcessorService
from processor.jobs.hints import hint
from processor.outbound.client.timeouts import Timeouts
from processor.outbound.service import Outbound

FAST = Timeouts(connect=1, greeting=1, hello=1, tls=1, auth=1, mail=1, rcpt=1, data=1, block=2, final=1, quit=0.1)
AT_ONCE = {"retry_seconds": [0], "backoff_seconds": 0}
"""Settings under which nothing waits."""


@dataclass
class Story:
    """A mailroom whose mail for example.org goes to a relay."""

    room: Mailroom
    timeouts: Timeouts = FAST
    changes: dict[str, Any] = field(default_factory=dict)

    async def set(self, **settings: Any) -> None:
        """Change settings of delivery, and wait until they hold."""
        store = SettingsStore(self.room.platform.database, self.room.platform.seal)
        revision = (await store.patch("delivery", settings, "test")).revision
        await until(lambda: self.room.platform.settings.current.revision >= revision)

    async def set_smtp(self, **settings: Any) -> None:
        """Change settings of SMTP, and wait until they hold."""
        store = SettingsStore(self.room.platform.database, self.room.platform.seal)
        revision = (await store.patch("smtp", settings, "test")).revision
        await until(lambda: self.room.platform.settings.current.revision >= revision)

    def mail(self, *recipients: str | Recipient, sender: str = "ada@example.com", **changes: Any) -> Incoming:
        """Give a message of one of our users."""
        message = self.room.message("x@example.org", accepted_at=changes.pop("accepted_at", time.time()))
        envelope = Envelope(
            sender, tuple(Recipient(one) if isinstance(one, str) else one for one in recipients or ("bea@example.org",))
        )
        envelope = msgspec.structs.replace(
            envelope, **{key: changes.pop(key) for key in ("ret", "envid", "body", "smtputf8") if key in changes}
        )
        ours = Client("127.0.0.1", 1, "client.example.com", "ESMTPSA", "submission", account="ada@example.com")
        return msgspec.structs.replace(message, **{"envelope": envelope, "client": ours, **changes})

    @asynccontextmanager
    async def processor(
        self, outbound: Callable[[Platform], Outbound] | None = None
    ) -> AsyncIterator[ProcessorService]:
        """Have a processor running, which waits for nothing long."""
        service = ProcessorService(
            self.room.platform,
            pause=lambda _: 0.0,
            outbound=outbound or (lambda platform: Outbound(platform, timeouts=self.timeouts)),
        )
        await service.start()
        try:
            yield service
        finally:
            await service.stop(2.0)

    async def is_over(self) -> bool:
        """Whether no job is left."""
        return await self.room.jobs() == [] and await self.room.bus.backlog(INCOMING) == 0

    async def send(self, *mails: Incoming, seconds: float = 20.0) -> None:
        """Publish messages and have a processor work until nothing is left to do."""
        before = self._processed()
        await self.room.publish(*mails)
        async with self.processor():
            await until(lambda: self._processed() == before + len(mails), seconds)
            await until(self.is_over, seconds)

    def events(self, what: str) -> list[TraceEvent]:
        """Give what was traced under a name."""
        return [event for trace in self.room.heard.traces for event in trace.events if event.what == what]

    def files(self, address: str) -> list[bytes]:
        """Give what lies in a mailbox."""
        return [path.read_bytes() for path in self.room.files(address)]

    def _processed(self) -> int:
        return sum(any(event.stage == "plan" for event in trace.events) for trace in self.room.heard.traces)

    async def count(self, table: str) -> int:
        """Count rows."""
        async with self.room.platform.database.read() as conn:
            return int((await conn.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())  # noqa: S608 - ours


async def retried(room: Mailroom, condition: Callable[[], Any]) -> None:
    """Wait until `condition` holds, with every job due meanwhile and workers that look at once."""

    async def holds() -> Any:
        await hint(room.bus, [NewJob("any", "local", "", "", b"", 0.0)], time.time())
        result = condition()
        return await result if asyncio.iscoroutine(result) else result

    await until_retried(room.platform.database, holds)


@asynccontextmanager
async def told(room: Mailroom, **settings: Any) -> AsyncIterator[tuple[Story, Relay]]:
    """Give a story with a relay that takes mail for example.org."""
    async with Relay() as relay:
        story = Story(room)
        await story.set(routes={"example.org": relay.address}, **{**AT_ONCE, **settings})
        yield story, relay
        await asyncio.sleep(0)
