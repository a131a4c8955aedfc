"""Messages that cannot be processed: they go round alone, end as dead letters, and come back when replayed."""

import time
from dataclasses import replace

import pytest
from tests.fakes.directories import FailingDirectory
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.waiting import until

from mailcore import events
from mailcore.bus.interface import Delivery
from mailcore.bus.topology import DEAD_LETTERS, INCOMING
from mailcore.db import content_refs, dead_letters
from mailcore.mail.incoming import Marks, encode
from mailcore.platform import Platform
from processor.consume import MOST_ATTEMPTS
from processor.setbacks import Setbacks

ADA = "ada@example.com"
BEA = "bea@example.com"
BIG = b"Subject: big\r\n\r\n" + b"0123456789abcdef" * 8192 + b"\r\n"


@pytest.fixture
def poison(room: Mailroom) -> FailingDirectory:
    """Give a directory in which asking for bea breaks whoever asks."""
    directory = FailingDirectory(room.platform.directory)
    directory.failures[BEA] = RuntimeError("poison")
    return directory


def asking(directory: FailingDirectory, platform: Platform) -> Platform:
    return replace(platform, directory=directory)  # type: ignore[arg-type]


async def test_what_is_no_message_is_a_dead_letter(room: Mailroom) -> None:
    async with room.processor():
        await room.bus.publish(INCOMING, b"\xc1 no message", id="nonsense")
        await until(room.letters)
        (letter,) = await room.letters()
        assert (letter.id, letter.queue, letter.message_id) == ("nonsense", INCOMING, None)
        assert letter.body == b"\xc1 no message"
        assert "not a message" in letter.reason
    assert await room.bus.backlog(INCOMING) == 0


async def test_a_recipient_that_is_no_address_is_a_dead_letter(room: Mailroom) -> None:
    async with room.processor():
        await room.publish(room.message("no address"))
        await until(room.letters)
    assert "no address" in (await room.letters())[0].reason


async def test_poison_goes_round_ends_as_a_dead_letter_and_is_replayed(
    room: Mailroom, poison: FailingDirectory
) -> None:
    mail = room.message(ADA, BEA)
    async with room.processor(lambda platform: asking(poison, platform)):
        await room.publish(mail, room.message(ADA))
        await until(room.letters)
        (letter,) = await room.letters()
        assert (letter.id, letter.attempt) == (str(mail.id), MOST_ATTEMPTS)
        assert letter.reason == "RuntimeError: poison"
        assert poison.asked.count(BEA) == MOST_ATTEMPTS
        await until(lambda: len(room.files(ADA)) == 1)

        poison.failures.clear()
        assert await dead_letters.replay(room.platform.database, room.bus, letter.id, time.time())
        await until(lambda: room.files(BEA))
    assert len(room.files(ADA)) == 2
    assert await room.letters() == []
    outcomes = [trace.outcome for trace in room.heard.traces if trace.message_id == mail.id]
    assert outcomes == [events.DEFERRED] * (MOST_ATTEMPTS - 1) + [events.DEAD, events.DELIVERED]


async def test_a_replay_that_dies_again_keeps_its_letter(room: Mailroom, poison: FailingDirectory) -> None:
    async with room.processor(lambda platform: asking(poison, platform)):
        await room.publish(room.message(BEA))
        await until(room.letters)
        first = (await room.letters())[0]
        assert await dead_letters.replay(room.platform.database, room.bus, first.id, time.time())
        await until(lambda: len(poison.asked) == 2 * MOST_ATTEMPTS)

        async def is_back() -> bool:
            return [one.at > first.at for one in await room.letters()] == [True]

        await until(is_back)


async def test_content_of_a_dead_letter_is_kept_until_it_is_replayed(room: Mailroom, poison: FailingDirectory) -> None:
    mail = await room.with_stored_content(room.message(BEA), BIG)
    key = mail.content.key  # type: ignore[union-attr]
    assert await room.holders(key) == {content_refs.incoming_holder(mail.id)}
    async with room.processor(lambda platform: asking(poison, platform)):
        await room.publish(mail)
        await until(room.letters)
        assert await room.holders(key) == {content_refs.dead_holder(str(mail.id)), "released"}
        poison.failures.clear()
        await dead_letters.replay(room.platform.database, room.bus, str(mail.id), time.time())
        await until(lambda: room.files(BEA))

        async def is_free() -> bool:
            return await room.holders(key) == {"released"}

        await until(is_free)
    assert room.files(BEA)[0].read_bytes().endswith(BIG.replace(b"\r\n", b"\n"))


async def test_an_account_that_has_gone_costs_nobody_a_message_whose_client_vanished(room: Mailroom) -> None:
    await room.remove_account(BEA)
    async with room.processor():
        mail = room.message(BEA, ADA, marks=Marks(incomplete=True))
        await room.publish(mail)
        await until(lambda: room.files(ADA))
        await until(room.letters)
        (letter,) = await room.letters()
        assert letter.message_id == str(mail.id)
        assert "nobody is behind it any more" in letter.reason
        await until(lambda: room.heard.traces)
        assert room.heard.traces[0].outcome == events.DEAD

        await room.make_account(BEA)
        await dead_letters.replay(room.platform.database, room.bus, letter.id, time.time())
        await until(lambda: room.files(BEA))
    assert len(room.files(ADA)) == 1


async def test_missing_content_ends_as_a_dead_letter(room: Mailroom) -> None:
    mail = await room.with_stored_content(room.message(ADA), BIG)
    await room.platform.content.remove(mail.content.key)  # type: ignore[union-attr]
    async with room.processor():
        await room.publish(mail)
        await until(room.letters)
    assert "there is no content" in (await room.letters())[0].reason
    assert room.files(ADA) == []


async def test_what_the_broker_gave_up_is_kept(room: Mailroom) -> None:
    mail = room.message(ADA)
    async with room.processor():
        await room.bus.publish(DEAD_LETTERS, encode(mail), id=str(mail.id))
        await room.bus.publish(DEAD_LETTERS, b"", id="a hint")
        await until(room.letters)
        (letter,) = await room.letters()
        assert letter.message_id == str(mail.id)
        await dead_letters.replay(room.platform.database, room.bus, letter.id, time.time())
        await until(lambda: room.files(ADA))


async def test_a_discarded_letter_lets_its_content_go(room: Mailroom, poison: FailingDirectory) -> None:
    mail = await room.with_stored_content(room.message(BEA), BIG)
    async with room.processor(lambda platform: asking(poison, platform)):
        await room.publish(mail)
        await until(room.letters)
    assert await dead_letters.discard(room.platform.database, str(mail.id), time.time())
    assert not await dead_letters.discard(room.platform.database, str(mail.id), time.time())
    assert await room.holders(mail.content.key) == {"released"}  # type: ignore[union-attr]
    assert not await dead_letters.replay(room.platform.database, room.bus, str(mail.id), time.time())


async def test_what_is_no_message_goes_back_as_it_is(embedded_room: Mailroom) -> None:
    """When it cannot be buried, the database being away for long."""
    room, platform = embedded_room, embedded_room.platform
    setbacks = Setbacks(room.bus, platform.database, room.heard, platform.metrics, clock=time.time)
    taken: list[Delivery] = []

    async def give_back_once(delivery: Delivery) -> None:
        taken.append(delivery)
        if len(taken) == 1:
            await setbacks.give_back(delivery, "away", is_counted=False)
        else:
            await delivery.done()

    await room.bus.publish(INCOMING, b"nonsense", id="nonsense", attempt=6)
    consumer = await room.bus.consume(INCOMING, give_back_once, prefetch=1)
    await until(lambda: len(taken) == 2)
    await consumer.stop(1)
    assert [(one.id, one.body, one.attempt) for one in taken] == [("nonsense", b"nonsense", 6)] * 2
