"""Automatic answers and lists: nobody's absence is told to a list, and what a program answers is no post."""

from email import message_from_bytes

from sqlalchemy import select
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.lists import (
    ADA,
    BEA,
    LIST,
    a_post,
    expanded,
    held,
    make_list,
    outgoing,
    posts,
    without_sending,
)
from tests.integration.processor.test_autoreply import reply_for
from tests.integration.processor.test_forwarding import forward
from tests.integration.processor.waiting import until

from mailcore import events
from mailcore.db.tables import autoreply_sent


async def test_who_is_away_answers_no_post_at_the_list_or_sent_on_from_it(room: Mailroom) -> None:
    await make_list(room, ADA, posting="anyone")
    await reply_for(room, ADA)
    await reply_for(room, BEA)
    await forward(room, ADA, BEA, keep_copy=True)
    async with room.processor(without_sending):
        await room.publish(a_post(room, sender="bob@example.net"))
        await until(lambda: expanded(room))
        await until(lambda: len(room.files(ADA)) == len(room.files(BEA)) == 1)
    assert message_from_bytes(room.files(BEA)[0].read_bytes())["Subject"] == "[birds] herons"
    assert (await outgoing(room), await room.jobs(), len(await posts(room))) == ([], [], 1)
    async with room.platform.database.read() as connection:
        assert (await connection.execute(select(autoreply_sent))).all() == []


async def test_an_answer_to_the_list_goes_to_nobody_whoever_gives_it(embedded_room: Mailroom) -> None:
    room = embedded_room
    await make_list(room, ADA, BEA, moderation="all", refusal="hold")
    answers = [
        a_post(room, sender=ADA, more=b"Auto-Submitted: auto-replied\r\n"),
        a_post(room, sender="bob@example.net", more=b"X-Autoreply: yes\r\n"),
        a_post(room, "birds-request@example.com", sender=ADA, more=b"Auto-Submitted: auto-replied\r\n"),
    ]
    async with room.processor(without_sending):
        await room.publish(*answers)
        await until(lambda: dropped(room) == [LIST] * 3)
    assert (await posts(room), await held(room), await room.jobs()) == ([], [], [])
    assert room.files(ADA) == room.files(BEA) == []


def dropped(room: Mailroom) -> list[str]:
    """Give the lists that have dropped something."""
    found = (event for trace in room.heard.traces for event in trace.events if event.what == events.LIST_DROPPED)
    return [event.detail["list"] for event in found]
