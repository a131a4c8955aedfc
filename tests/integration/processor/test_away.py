"""Dependencies that are away: the processor pauses, waits, and goes on, and no attempt is counted."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from tests.fakes.directories import FailingDirectory
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.waiting import until
from tests.parts import PostgreSQL, RabbitMQ

from mailcore import events
from mailcore.bus.interface import Consumer
from mailcore.bus.topology import INCOMING
from mailcore.errors import DatabaseAway, DatabaseFull
from processor.consume import MOST_ATTEMPTS, IncomingConsumer
from processor.execute import Executor
from processor.load import Loader
from processor.mail_stores import MailStores
from processor.mailbox_quota import Quotas
from processor.mailboxes import Mailboxes
from processor.outage import Outage
from processor.process import Processor
from processor.setbacks import Setbacks
from processor.usage_book import UsageBook

ADA = "ada@example.com"
BIG = b"Subject: big\r\n\r\n" + b"0123456789abcdef" * 8192 + b"\r\n"


class Switch:
    """A dependency that answers when it is on."""

    def __init__(self) -> None:
        self.is_on = False
        self.asked = 0

    async def check(self) -> None:
        """Answer or not."""
        self.asked += 1
        if not self.is_on:
            raise DatabaseAway


@asynccontextmanager
async def consuming(
    room: Mailroom, directory: FailingDirectory, switch: Switch, hold: float
) -> AsyncIterator[Consumer]:
    """Consume with a directory that fails and a database that answers when it is switched on."""
    platform, clock = room.platform, time.time
    outage = Outage({DatabaseAway: switch.check}, pause_when_full=0.01)
    quotas = Quotas(platform.directory, UsageBook(platform.database, clock))
    mailboxes = Mailboxes(room.mail_dir, platform.content, clock, quotas)
    consumer = IncomingConsumer(
        Processor(
            Loader(directory, platform.settings, platform.content),
            Executor(platform.database, room.bus, MailStores(mailboxes), clock),
        ),
        Setbacks(room.bus, platform.database, room.heard, platform.metrics, clock=clock),
        outage,
        told=lambda *_: None,
        pause=lambda _: 0.0,
        hold=hold,
    )
    subscription = await room.bus.consume(INCOMING, consumer.handle, prefetch=4)
    outage.pauses(subscription)
    yield subscription
    await subscription.stop(5.0)
    await outage.stop()
    mailboxes.close()


@pytest.fixture
def failing(embedded_room: Mailroom) -> FailingDirectory:
    """Give a directory whose database is away for ada."""
    directory = FailingDirectory(embedded_room.platform.directory)
    directory.failures[ADA] = DatabaseAway()
    return directory


async def test_it_waits_and_takes_nothing_new_until_all_answers(
    embedded_room: Mailroom, failing: FailingDirectory
) -> None:
    room, switch = embedded_room, Switch()
    async with consuming(room, failing, switch, hold=30):
        await room.publish(*(room.message(ADA) for _ in range(12)))
        await until(lambda: switch.asked >= 3)
        assert await room.bus.backlog(INCOMING) == 8
        assert len(failing.asked) == 4
        failing.failures.clear()
        switch.is_on = True
        await until(lambda: len(room.files(ADA)) == 12)
    assert room.heard.traces == []


async def test_what_waits_too_long_goes_back_uncounted(embedded_room: Mailroom, failing: FailingDirectory) -> None:
    room, switch = embedded_room, Switch()
    async with consuming(room, failing, switch, hold=0.3):
        await room.publish(room.message(ADA))

        async def is_back() -> bool:
            return await room.bus.backlog(INCOMING) == 1

        await until(is_back)
        failing.failures.clear()
        switch.is_on = True
        await until(lambda: room.files(ADA))
    assert room.heard.traces == []
    assert await room.letters() == []


async def test_a_dependency_that_answers_and_fails_is_a_failure_of_the_message(
    embedded_room: Mailroom, failing: FailingDirectory
) -> None:
    room, switch = embedded_room, Switch()
    switch.is_on = True
    async with consuming(room, failing, switch, hold=30):
        await room.publish(room.message(ADA))
        await until(lambda: room.heard.traces)
        failing.failures.clear()
        await until(lambda: room.files(ADA))
    assert room.heard.traces[0].events[0].what == events.GIVEN_BACK


async def test_a_full_database_answers_and_fails_and_no_message_is_to_blame(
    embedded_room: Mailroom, failing: FailingDirectory
) -> None:
    room, switch = embedded_room, Switch()
    switch.is_on = True
    failing.failures[ADA] = DatabaseFull()
    async with consuming(room, failing, switch, hold=30):
        await room.publish(room.message(ADA))
        await until(lambda: len(failing.asked) > 5 * MOST_ATTEMPTS)
        failing.failures.clear()
        await until(lambda: room.files(ADA))
    assert room.heard.traces == []
    assert await room.letters() == []


@pytest.mark.real
@pytest.mark.parametrize("room", ["shared"], indirect=True)
async def test_a_database_that_is_stopped_and_started(room: Mailroom, postgres: PostgreSQL) -> None:
    mail = await room.with_stored_content(room.message(ADA), BIG)
    async with room.processor():
        await asyncio.to_thread(postgres.stop)
        await room.publish(mail)
        await asyncio.sleep(2)
        await asyncio.to_thread(postgres.start)
        await until(lambda: room.files(ADA), 30)
        await until(lambda: room.heard.traces, 30)
    assert [trace.outcome for trace in room.heard.traces] == [events.DELIVERED]
    assert len(room.files(ADA)) == 1
    assert await room.letters() == []


@pytest.mark.real
@pytest.mark.parametrize("room", ["shared"], indirect=True)
async def test_a_broker_that_is_restarted_under_load(room: Mailroom, rabbitmq: RabbitMQ) -> None:
    mails = [room.message(ADA) for _ in range(400)]
    await room.publish(*mails)
    async with room.processor(), room.processor():
        await until(lambda: len(room.files(ADA)) > 20)
        await asyncio.to_thread(rabbitmq.restart)
        await until(lambda: len(room.files(ADA)) >= 400, 90)
        await asyncio.sleep(2)
    assert len(room.files(ADA)) == len({path.name for path in room.files(ADA)}) == 400
    assert await room.letters() == []
