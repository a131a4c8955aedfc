"""What the trace tells of posts: which setting decided, who has decided, and what became of each copy."""

from uuid import UUID

from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.lists import ADA, BEA, LIST, a_post, expanded, held, make_list, posts, without_sending
from tests.integration.processor.waiting import until

from mailcore import events
from mailcore.trace import Trace, TraceRecipient

EVE = "eve@example.net"


def heard_of(room: Mailroom, message_id: UUID) -> list[Trace]:
    return [trace for trace in room.heard.traces if trace.message_id == message_id]


async def test_a_post_is_delivered_once_it_is_open_and_its_copies_are_told_under_its_own_id(room: Mailroom) -> None:
    await make_list(room, ADA, BEA, "ken@example.org")
    mail = a_post(room)
    async with room.processor(without_sending):
        await room.publish(mail)
        await until(lambda: expanded(room))
        (post,) = await posts(room)
        await until(lambda: heard_of(room, UUID(post["id"])))
    opened = heard_of(room, mail.id)[-1]
    assert (opened.outcome, opened.recipients) == (
        events.DELIVERED,
        (TraceRecipient(LIST, events.DELIVERED),),
    )
    (event,) = opened.events
    assert (event.what, event.detail["post"]) == (events.LIST_OPENED, post["id"])
    (copied,) = heard_of(room, UUID(post["id"]))
    assert [event.what for event in copied.events] == [events.LIST_COPIED]
    assert copied.recipients == (TraceRecipient(ADA, events.DELIVERED), TraceRecipient(BEA, events.DELIVERED))


async def test_what_was_set_that_has_a_post_wait_is_told(room: Mailroom) -> None:
    await make_list(room, ADA, posting="members", refusal="hold")
    mail = a_post(room, sender=EVE)
    async with room.processor(without_sending):
        await room.publish(mail)
        await until(lambda: held(room))
        await until(lambda: heard_of(room, mail.id))
    (event,) = [event for trace in heard_of(room, mail.id) for event in trace.events if event.what == events.LIST_HELD]
    assert event.detail["list"] == LIST
    assert event.detail["reason"] == "only members may post to the list"
    assert event.detail["setting"] == "posting=members, refusal=hold"


async def test_what_was_set_that_refuses_a_post_is_told(room: Mailroom) -> None:
    await make_list(room, ADA, max_size=1)
    mail = a_post(room)
    async with room.processor(without_sending):
        await room.publish(mail)
        await until(lambda: heard_of(room, mail.id))
    (event,) = [
        event for trace in heard_of(room, mail.id) for event in trace.events if event.what == events.LIST_REFUSED
    ]
    assert event.detail["setting"] == "max_size=1"
