"""A member whose server refuses for good is suspended, whoever says so: the server in the session, or in a report."""

import msgspec
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.lists import a_post, make_list
from tests.integration.processor.outbound.story import Story, told
from tests.integration.processor.test_returns import members
from tests.integration.processor.waiting import until

from mailcore import events
from mailcore.mail.incoming import Incoming

REFUSED = "550 5.1.1 Nobody of that name"
LONG = "a" * 56 + "@example.com"
MEMBERS = [f"m{n}@example.org" for n in range(3)]


def now_(story: Story, mail: Incoming) -> Incoming:
    """Give a message that has just come: what is a year old is given up at once."""
    return msgspec.structs.replace(mail, accepted_at=story.mail().accepted_at)


def read(story: Story) -> list[str]:
    """Give what was done with what came back."""
    return [event.detail["done"] for event in story.events(events.LIST_BOUNCED)]


async def test_whoever_is_refused_for_good_is_probed_and_suspended_and_the_owner_hears_of_it(room: Mailroom) -> None:
    async with told(room) as (story, relay):
        await make_list(room, *MEMBERS, posting="anyone", bounce_limit=1)
        relay.on("RCPT TO:<m1@", REFUSED, times=2)
        await room.publish(now_(story, a_post(room)))
        async with story.processor():
            # The copy, the probe that its report leads to, and the report about that.
            await until(lambda: len(read(story)) == 2, 30)
            await until(lambda: len(room.files("ada@example.com")) == 1, 30)
            await until(story.is_over, 30)
        assert read(story) == ["m1@example.org: probe", "m1@example.org: suspend"]
        suspended = [member.address for member in await members(room) if member.suspended]
        assert suspended == ["m1@example.org"]
        (notice,) = story.files("ada@example.com")
        assert b"No more posts to m1@example.org" in notice
        assert b"5.1.1 Nobody of that name" in notice
        # Whoever is suspended gets no more posts; the others do.
        before = len(relay.received)
        await story.send(now_(story, a_post(room, subject="egrets")), seconds=30)
        after = [one.recipients[0] for one in relay.received[before:]]
        assert sorted(after) == ["m0@example.org", "m2@example.org"]


async def test_a_list_whose_name_leaves_no_room_for_a_sender_of_the_members_own_has_them_all_the_same(
    room: Mailroom,
) -> None:
    """RFC 5321 4.5.3.1.1: a local part has 64 octets at most."""
    async with told(room) as (story, relay):
        await make_list(room, *MEMBERS, posting="anyone", bounce_limit=1, address=LONG, name="long")
        relay.on("RCPT TO:<m1@", REFUSED, times=2)
        await room.publish(now_(story, a_post(room, LONG)))
        async with story.processor():
            await until(lambda: len(read(story)) == 2, 30)
            await until(story.is_over, 30)
        assert read(story) == ["m1@example.org: probe", "m1@example.org: suspend"]
        senders = [one.mail.partition("<")[2].partition(">")[0] for one in relay.received]
        assert len(set(senders)) == 2
        assert all(sender.startswith("bounces+1-") for sender in senders)


async def test_whoever_takes_the_probe_stays_a_member_who_gets_posts(embedded_room: Mailroom) -> None:
    room = embedded_room
    async with told(room) as (story, relay):
        await make_list(room, *MEMBERS[:2], posting="anyone", bounce_limit=1)
        relay.on("RCPT TO:<m1@", REFUSED, times=1)
        await room.publish(now_(story, a_post(room)))
        async with story.processor():
            await until(lambda: any(one.recipients == ["m1@example.org"] for one in relay.received), 30)
            await until(story.is_over, 30)
        assert read(story) == ["m1@example.org: probe"]
        (probe,) = [one for one in relay.received if one.recipients == ["m1@example.org"]]
        assert probe.mail.startswith("MAIL FROM:<birds-bounces+")
        assert b"Subject: [birds] Does your address work?" in probe.content
        assert b"5.1.1 Nobody of that name" in probe.content
        _, m1 = await members(room)
        assert (m1.delivery, m1.suspended) == ("on", False)


async def test_what_is_only_late_counts_nothing(embedded_room: Mailroom) -> None:
    room = embedded_room
    async with told(room, delay_notice_seconds=60) as (story, relay):
        await make_list(room, *MEMBERS[:2], posting="anyone", bounce_limit=1)
        relay.on("RCPT TO:<m1@", "450 4.2.1 Come back later", times=2)
        late = now_(story, a_post(room))
        await story.send(msgspec.structs.replace(late, accepted_at=late.accepted_at - 3600), seconds=30)
        assert sorted(one.recipients[0] for one in relay.received) == MEMBERS[:2]
        assert read(story) == []
        assert [member.bounce_score for member in await members(room)] == [0, 0]


async def test_without_senders_of_their_own_reports_of_this_server_name_them(embedded_room: Mailroom) -> None:
    room = embedded_room
    async with told(room) as (story, relay):
        # However many reports there are: they all go to one address.
        await story.set(routes=dict.fromkeys(("example.org", "example.net"), relay.address), dsns_per_address_hour=1)
        await make_list(room, *MEMBERS, "m1@example.net", posting="anyone", bounce_limit=5, verp=False)
        relay.on("RCPT TO:<m1@", REFUSED, times=2)
        await story.send(now_(story, a_post(room)), seconds=30)
        assert sorted(read(story)) == ["m1@example.net: count", "m1@example.org: count"]
        assert [member.bounce_score for member in await members(room)] == [0, 1, 0, 1]


async def test_a_member_here_whose_mailbox_is_gone_counts_too(embedded_room: Mailroom) -> None:
    room = embedded_room
    async with told(room) as (story, _):
        await make_list(room, "bea@example.com", posting="anyone", bounce_limit=5)
        await room.remove_account("bea@example.com")
        await story.send(now_(story, a_post(room)), seconds=30)
        assert read(story) == ["bea@example.com: count"]
