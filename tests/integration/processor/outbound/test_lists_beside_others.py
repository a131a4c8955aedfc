"""Other mail goes on while a large list is served: nothing of it waits for the list, whatever there is of that."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import replace

import msgspec
import pytest
from tests.fakes.relay import Relay
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.lists import ADA, BEA, LIST, a_post, add_many, expanded, make_list, posts
from tests.integration.processor.outbound.story import AT_ONCE, Story
from tests.integration.processor.waiting import until

from mailcore import events
from mailcore.content.interface import ContentStore, ContentWriter
from mailcore.db.entity_store import EntityStore
from mailcore.db.kinds import DomainKind
from mailcore.directory.domain import DomainFields
from mailcore.mail.content import StoredContent
from mailcore.platform import Platform
from processor.lists.service import AT_ONCE as RANGES_AT_ONCE

PROCESSORS = 2
ALL_THEIR_RANGES = PROCESSORS * RANGES_AT_ONCE
DOMAINS = [f"d{n:02}.example.org" for n in range(2 * ALL_THEIR_RANGES)]
"""Those of members at other servers: five hundred at each, as many as a range has."""
ELSEWHERE = [f"m{n}@{domain}" for domain in DOMAINS for n in range(500)]
HERE = [f"ada@{domain.replace('.org', '.test')}" for domain in DOMAINS[-ALL_THEIR_RANGES:]]
"""Members with a mailbox here, by the order of keys each in another one of the last ranges."""
LAST = DOMAINS[-1]
"""A destination that copies go to last of all."""


class HeldContents:
    """A content store that nothing is read from until it goes on."""

    def __init__(self, store: ContentStore) -> None:
        self._store = store
        self._goes_on = asyncio.Event()
        self.readers = 0
        """How many have begun to read."""

    def go_on(self) -> None:
        """Let all read."""
        self._goes_on.set()

    async def read(self, content: StoredContent, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Read, once it goes on."""
        self.readers += 1
        await self._goes_on.wait()
        async for piece in self._store.read(content, start, end):
            yield piece

    async def create(self) -> ContentWriter:
        """Write as usual."""
        return await self._store.create()

    async def remove(self, key: str) -> None:
        """Remove as usual."""
        await self._store.remove(key)

    def keys(self) -> AsyncIterator[tuple[str, float]]:
        """Give all, as usual."""
        return self._store.keys()

    async def remove_leftovers(self, before: float) -> int:
        """Remove as usual."""
        return await self._store.remove_leftovers(before)

    async def check(self) -> None:
        """Look as usual."""
        await self._store.check()


def taking(queues: str, content: ContentStore | None = None) -> Callable[[Platform], Platform]:
    """Give the platform of a processor that takes one kind of work."""

    def changed(platform: Platform) -> Platform:
        environment = platform.environment.model_copy(update={"processor_queues": queues})
        return replace(platform, environment=environment, content=content or platform.content)

    return changed


async def make_large_list(room: Mailroom) -> None:
    """Make it; who is here gets it into the mailbox of ada."""
    domains = EntityStore(room.platform.database, DomainKind())
    for address in HERE:
        fields = {"name": address.partition("@")[2], "catch_all_address": ADA}
        await domains.create(DomainFields.model_validate(fields), "test")
    await add_many(room, await make_list(room, posting="anyone", verp=False), [*ELSEWHERE, *HERE])


async def test_other_mail_goes_on_while_a_large_list_is_expanded(room: Mailroom) -> None:
    """In the middle of it; and while every range that the processors may have in hand waits for the content store."""
    held = HeldContents(room.platform.content)
    async with Relay(keep_content=False) as relay, AsyncExitStack() as running:
        story = Story(room)
        await story.set(routes=dict.fromkeys(DOMAINS, relay.address), **AT_ONCE)
        await make_large_list(room)
        for _ in range(PROCESSORS):
            await running.enter_async_context(room.processor(taking("incoming", held)))
        await running.enter_async_context(room.processor(taking("outbound")))

        async def others_get_theirs(place: int) -> None:
            name = f"ken{place}@{LAST}"
            await room.publish(story.mail(BEA), story.mail(name))
            await until(lambda: len(room.files(BEA)) > place, 60)
            await until(lambda: any(name in one.recipients for one in relay.received), 60)

        await room.publish(msgspec.structs.replace(a_post(room), accepted_at=time.time()))
        await until(lambda: story.events(events.LIST_COPIED), 60)
        await others_get_theirs(0)
        await until(lambda: held.readers == ALL_THEIR_RANGES, 60)
        await others_get_theirs(1)
        assert [(row["state"], row["ranges"] >= ALL_THEIR_RANGES) for row in await posts(room)] == [("open", True)]
        assert room.files(ADA) == []
        held.go_on()
        await until(lambda: expanded(room), 60)
        await until(story.is_over, 60)
    copies = Counter(address for one in relay.received for address in one.recipients if address.startswith("m"))
    assert copies == Counter(ELSEWHERE)
    assert (len(room.files(ADA)), len(room.files(BEA))) == (1, 2)


async def test_a_small_list_does_not_wait_for_all_of_a_large_one(
    embedded_room: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One range at a time here: what was posted while the first was served comes next."""
    room, small = embedded_room, "small@example.com"
    monkeypatch.setattr("processor.lists.service.AT_ONCE", 1)
    monkeypatch.setattr("mailcore.list_jobs.RANGE_SECONDS", 3600.0)
    held = HeldContents(room.platform.content)
    # By the order of keys who has a mailbox here is in the first of three ranges.
    large = [ADA, *(f"m{n}@x.example.org" for n in range(1100))]
    await add_many(room, await make_list(room, posting="anyone"), large)
    await make_list(room, "ken@example.org", address=small, posting="anyone")
    async with room.processor(taking("incoming", held)):
        await room.publish(a_post(room))
        await until(lambda: held.readers == 1, 60)
        await room.publish(a_post(room, small))
        await until_posts(room, 2)
        held.go_on()
        await until(lambda: expanded(room, 2), 60)
    assert [
        (event.what, event.detail["list"])
        for trace in room.heard.traces
        for event in trace.events
        if event.what in {events.LIST_OPENED, events.LIST_COPIED}
    ] == [
        (events.LIST_OPENED, LIST),
        (events.LIST_COPIED, LIST),
        (events.LIST_OPENED, small),
        (events.LIST_COPIED, small),
        (events.LIST_COPIED, LIST),
        (events.LIST_COPIED, LIST),
    ]


async def until_posts(room: Mailroom, count: int) -> None:
    """Wait until there are so many posts, open or not."""

    async def are_there() -> bool:
        return len(await posts(room)) == count

    await until(are_there, 60)
