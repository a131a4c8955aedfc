"""A flood of posts that wait is told to nobody as a flood of messages."""

import time

import msgspec
import pytest
from sqlalchemy import update
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.lists import (
    ADA,
    BEA,
    a_post,
    carry_out,
    held,
    is_over,
    make_list,
    read,
    tasks,
    without_sending,
)
from tests.integration.processor.waiting import until

from mailcore.db import list_tokens
from mailcore.db.tables import delivery_job
from mailcore.directory.list_member import member_key
from mailcore.list_deeds import Decide
from mailcore.list_jobs import KIND, HeldSummary
from mailcore.mail.incoming import Incoming, Marks
from maildecide.lists.notices.held_many import MOST_ALONE
from maildecide.lists.notices.waiting import MOST_TOLD
from processor.app import ProcessorService


async def already(room: Mailroom, what: str, times: int, most: int = MOST_ALONE) -> None:
    """Have something counted so often today."""
    async with room.platform.database.transaction() as connection:
        for _ in range(times):
            assert await list_tokens.count(connection, what, time.time(), most)


async def make_due(room: Mailroom, service: ProcessorService) -> None:
    """Have the hour be over for which jobs wait."""
    async with room.platform.database.transaction() as connection:
        await connection.execute(update(delivery_job).where(delivery_job.c.kind == KIND).values(not_before=0))
    service.lists.worker.look()


async def is_left_for_later(room: Mailroom, posts: int) -> bool:
    """Whether so many posts wait, and nothing is left to be done but to tell of them together."""
    left = await tasks(room)
    return len(await held(room)) == posts and [type(task) for task in left] == [HeldSummary]


@pytest.mark.parametrize(
    ("language", "subject"), [("en", "[birds] Posts wait: 2"), ("ja", "[birds] 承認待ちの投稿: 2 件")]
)
async def test_moderators_are_told_of_all_together(room: Mailroom, language: str, subject: str) -> None:
    made = await make_list(room, moderation="all", owner=BEA, posting="anyone", language=language)
    await already(room, f"held {made.id}", MOST_ALONE)
    async with room.processor(without_sending) as service:
        await room.publish(a_post(room, subject="herons"), a_post(room, subject="approve"))
        await until(lambda: is_left_for_later(room, 2))
        assert room.files(BEA) == []
        await make_due(room, service)
        await until(lambda: len(room.files(BEA)) == 1)
        await until(lambda: is_over(room))
    (file,) = room.files(BEA)
    told = read(file)
    assert (told["Subject"], told["From"]) == (subject, "birds <birds-request@example.com>")
    lines = told.get_content().splitlines()
    for waiting in await held(room):
        at = lines.index(f"* {waiting['id']}")
        assert lines[at + 1] == f"    {ADA}: {waiting['subject']}"


async def test_nobody_is_told_when_all_has_been_decided_on(embedded_room: Mailroom) -> None:
    room = embedded_room
    made = await make_list(room, moderation="all", owner=BEA, posting="anyone")
    await already(room, f"held {made.id}", MOST_ALONE)
    async with room.processor(without_sending) as service:
        await room.publish(a_post(room))
        await until(lambda: is_left_for_later(room, 1))
        (waiting,) = await held(room)
        await carry_out(room, made, Decide(waiting["id"], "discard"))
        await make_due(room, service)
        await until(lambda: is_over(room))
    assert room.files(BEA) == []


async def test_a_sender_is_told_a_few_times_a_day_that_posts_wait(embedded_room: Mailroom) -> None:
    room = embedded_room
    await make_list(room, moderation="all", owner="olga@example.org", posting="anyone")
    await already(room, f"waiting {member_key(ADA)}", MOST_TOLD - 1, most=MOST_TOLD)

    def known(subject: str) -> Incoming:
        return msgspec.structs.replace(a_post(room, subject=subject), marks=Marks(relay_permitted=True))

    async with room.processor(without_sending):
        await room.publish(known("herons"), known("storks"), known("swans"))
        await until(lambda: _wait(room, 3))
        await until(lambda: is_over(room))
        await until(lambda: len(room.files(ADA)) == 1)


async def _wait(room: Mailroom, posts: int) -> bool:
    return len(await held(room)) == posts
