"""A whole system on one mailroom, in which accounts forward through our own SMTP port (row 22)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from tests.fakes.relay import Relay
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.outbound.story import AT_ONCE, FAST, Story
from tests.integration.processor.test_forwarding import text
from tests.integration.processor.waiting import until

from ingress.app import IngressService
from mailcore.db.entity_store import EntityStore
from mailcore.db.header_rules import HeaderRuleKind
from mailcore.db.kinds import AccountKind
from mailcore.directory.header_rule import HeaderRuleFields
from mailcore.mail.incoming import Incoming
from mailcore.passwords import Passwords
from mailcore.platform import Platform
from processor.app import ProcessorService
from processor.outbound.service import Outbound
from processor.reentry.service import at

BOB = "bob@example.org"


@dataclass
class System:
    """Ingress and processor on one mailroom, with row 22 on and example.org at a relay."""

    story: Story
    relay: Relay
    platform: Platform
    processor: ProcessorService

    @asynccontextmanager
    async def ingress(self) -> AsyncIterator[int]:
        """Have an ingress running that the processor knows; give its SMTP port."""
        service = IngressService(self.platform)
        port = (await service.start())["smtp"]
        self.processor.own_port.endpoint = at("127.0.0.1", port)
        try:
            yield port
        finally:
            await service.stop(1.0)

    async def send(self, mail: Incoming) -> None:
        """Publish a message and wait until all is done that comes of it."""
        await self.story.room.publish(mail)
        await until(lambda: any(trace.message_id == mail.id for trace in self.story.room.heard.traces))
        await self.quiet()

    async def quiet(self) -> None:
        """Wait until nothing is to be done, and nothing more is heard."""
        heard = -1
        while heard != len(self.story.room.heard.traces):
            heard = len(self.story.room.heard.traces)
            await until(self.story.is_over, 20)
            await asyncio.sleep(0.5)

    def stored(self, address: str) -> list[str]:
        """Give what lies in a mailbox, wherever in it."""
        return [text(path) for path in self.story.room.files(address)]


@asynccontextmanager
async def opened(room: Mailroom) -> AsyncIterator[System]:
    environment = room.platform.environment.model_copy(
        update={"smtp_port": 0, "submission_port": 0, "submissions_port": 0}
    )
    platform = replace(room.platform, environment=environment)
    async with Relay() as relay:
        story = Story(room)
        await story.set(routes={"example.org": relay.address}, **AT_ONCE)
        await story.set_smtp(local_forward_via_mta=True)
        processor = ProcessorService(
            platform, pause=lambda _: 0.0, outbound=lambda parts: Outbound(parts, timeouts=FAST)
        )
        await processor.start()
        try:
            yield System(story, relay, platform, processor)
        finally:
            await processor.stop(2.0)


async def make_rule(room: Mailroom, **fields: object) -> None:
    made = HeaderRuleFields.model_validate({"name": "a rule", **fields})
    await EntityStore(room.platform.database, HeaderRuleKind()).create(made, "test")
    await asyncio.sleep(0.6)  # every process reads changes four times a second


async def change_account(room: Mailroom, address: str, **changes: object) -> None:
    passwords = Passwords()
    await EntityStore(room.platform.database, AccountKind(passwords)).patch(address, changes, "test")
    passwords.close()
    await asyncio.sleep(0.6)
