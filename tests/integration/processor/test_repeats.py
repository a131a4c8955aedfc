"""A message of which everything comes that there is, delivered by the bus again and again: each of it comes once."""

import asyncio
import time
from collections import Counter
from typing import Any

import msgspec
from tests.fakes.relay import Relay
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.outbound.story import Story, told
from tests.integration.processor.test_autoreply import letter, reply_for
from tests.integration.processor.test_forwarding import ADA, BEA, CEC, forward
from tests.integration.processor.test_header_rules import operator

from mailcore import events

BOB, DEE, GONE = "bob@example.org", "dee@example.com", "gone@example.com"
PREFIX = {"kind": "prefix_subject", "text": "[A] "}
RULES: tuple[dict[str, Any], ...] = (
    {
        "scope": ADA,
        "actions": [{"kind": "prefix_subject", "text": "[A] "}, {"kind": "copy_to", "to": ["x@example.org"]}],
    },
    {"scope": DEE, "actions": [{"kind": "redirect", "to": ["y@example.org", BEA]}]},
    {"scope": BEA, "actions": [{"kind": "put_into_trash"}]},
)


async def set_up(room: Mailroom, story: Story) -> None:
    """Have something of every kind come of a message."""
    for address in (CEC, DEE):
        await room.make_account(address)
    async with operator(room) as api:
        for number, fields in enumerate(RULES):
            assert (await api.post("/header-rules", json={"name": str(number), **fields})).status_code == 201
    await forward(room, ADA, "ken@example.org", CEC, keep_copy=True)
    await forward(room, CEC, "lee@example.org", content="subject", keep_copy=True)
    await reply_for(room, ADA)
    await story.set_smtp(add_date="if_missing", add_message_id=True)


def happened(room: Mailroom, relay: Relay) -> tuple[Counter[str], Counter[tuple[str, bytes]]]:
    """Give what lies in each folder of each account, and what other servers got."""
    files = (path for address in (ADA, BEA, CEC, DEE) for path in room.files(address))
    stored = Counter(str(path.parent.parent.relative_to(room.mail_dir)) for path in files)
    return stored, Counter((one.recipients[0], one.content) for one in relay.received)


async def test_nothing_is_done_twice_whatever_comes_again(room: Mailroom) -> None:
    async with told(room) as (story, relay):
        await set_up(room, story)
        mail = letter(room, ADA, BEA, DEE, GONE, sender=BOB, accepted_at=time.time())
        await asyncio.sleep(1)
        await story.send(mail)
        first = happened(room, relay)
        again = msgspec.structs.replace(mail, begun=True)
        # Twice at once, and once when all has been done.
        await story.send(again, again)
        await story.send(again)
        assert happened(room, relay) == first
        assert await story.count("content_ref") == 0
    stored, sent = first
    assert stored == {
        "example.com/ada": 1,
        "example.com/bea/.Trash": 1,
        "example.com/cec": 1,
    }
    # The copies of two rules, a forward, a notice, an answer, and a report of who is gone.
    assert Counter(recipient for recipient, _ in sent.elements()) == {
        "x@example.org": 1,
        "y@example.org": 1,
        "ken@example.org": 1,
        "lee@example.org": 1,
        BOB: 2,
    }
    assert len(story.events(events.REPORTED)) == 1
