"""Members here who send their copies on: nobody else's copy suffers from that, whomever they send them to."""

from collections import Counter

from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.lists import (
    ADA,
    BEA,
    a_post,
    add_many,
    expanded,
    make_list,
    outgoing,
    without_sending,
)
from tests.integration.processor.test_forwarding import forward
from tests.integration.processor.waiting import until

ELSEWHERE = [f"m{n}@example.org" for n in range(5)]


async def sent_to(room: Mailroom) -> Counter[str]:
    """Give how often each address is to get something at other servers."""
    return Counter(one.address for job in await outgoing(room) for one in job.recipients)


async def test_a_member_who_forwards_to_another_keeps_nobody_from_their_copies(room: Mailroom) -> None:
    """Both are jobs for one destination whose first recipient is the same, and all of one message."""
    await add_many(room, await make_list(room, ADA, verp=False), ELSEWHERE)
    await forward(room, ADA, ELSEWHERE[0], keep_copy=True)
    async with room.processor(without_sending):
        await room.publish(a_post(room))
        await until(lambda: expanded(room))
    assert await sent_to(room) == Counter(ELSEWHERE) + Counter(ELSEWHERE[:1])
    assert len(room.files(ADA)) == 1


async def test_members_who_forward_to_one_address_do_so_each_for_himself(embedded_room: Mailroom) -> None:
    room = embedded_room
    await make_list(room, ADA, BEA, verp=False)
    await forward(room, ADA, "ken@example.org", "lea@example.org", keep_copy=False)
    await forward(room, BEA, "ken@example.org", "max@example.org", keep_copy=False)
    async with room.processor(without_sending):
        await room.publish(a_post(room))
        await until(lambda: expanded(room))
    assert await sent_to(room) == Counter({"ken@example.org": 2, "lea@example.org": 1, "max@example.org": 1})
