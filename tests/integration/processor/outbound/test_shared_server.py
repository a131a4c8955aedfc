"""One server takes the mail of many domains: when it is dead, that is learnt once, not by each of them."""

from sqlalchemy import text
from tests.fakes.relay import Relay
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.outbound.story import Story
from tests.integration.processor.waiting import until

from mailcore import events
from mailcore.bus.topology import OUTBOUND
from mailcore.db.job_list import JobFilter
from mailcore.db.job_orders import JobOrders

SLOW = {"retry_seconds": [600], "backoff_seconds": 600}


async def let_time_pass(room: Mailroom) -> None:
    """Have all rests over and all jobs due."""
    async with room.platform.database.transaction() as conn:
        await conn.execute(text("UPDATE destination SET not_before = 0"))
        await conn.execute(text("UPDATE delivery_job SET not_before = 0 WHERE state = 'ready'"))
    await look(room)


async def look(room: Mailroom) -> None:
    """Have whoever works look for jobs at once rather than within seconds."""
    await room.bus.publish(OUTBOUND, b"", id="any")


async def test_a_dead_smarthost_is_asked_by_one_for_all_domains(room: Mailroom) -> None:
    async with Relay() as smarthost:
        story = Story(room)
        await story.set(smarthost=smarthost.address, smarthost_tls="off", **SLOW)
        smarthost.on("CONNECT", "421 4.3.2 Not now")
        async with story.processor(), story.processor():
            await room.publish(story.mail("bea@d0.test"))
            await until(lambda: len(story.events(events.JOB_FAILED)) == 1)
            await room.publish(*(story.mail(f"bea@d{number}.test") for number in range(1, 6)))
            await until(lambda: len(story.events(events.JOB_FAILED)) == 6)
            assert smarthost.connections == 1
            reasons = [event.detail["reason"] for event in story.events(events.JOB_FAILED)[1:]]
            assert set(reasons) == {"the domain's servers cannot be used: greeting: 421 4.3.2 Not now"}

            await let_time_pass(room)
            await until(lambda: len(story.events(events.JOB_FAILED)) == 12)
            assert smarthost.connections == 2

            smarthost.forget()
            await let_time_pass(room)
            await until(lambda: len(story.events(events.JOB_FAILED)) + len(story.events(events.SENT)) == 18)
            assert smarthost.received
            orders = JobOrders(room.platform.database, room.platform.tracer)
            await orders.give_all("retry", JobFilter(kind="outbound"), "ada")
            await look(room)
            await until(story.is_over)
    assert sorted(one.recipients[0] for one in smarthost.received) == [f"bea@d{number}.test" for number in range(6)]


async def test_what_an_operator_wants_to_go_now_goes_now(embedded_room: Mailroom) -> None:
    async with Relay() as server:
        story = Story(embedded_room)
        await story.set(routes={".test": server.address}, **SLOW)
        server.on("CONNECT", "421 4.3.2 Not now", times=1)
        async with story.processor():
            await embedded_room.publish(story.mail("bea@a.test"))
            await until(lambda: len(story.events(events.JOB_FAILED)) == 1)
            await embedded_room.publish(story.mail("bea@b.test"), story.mail("bea@c.test"))
            await until(lambda: len(story.events(events.JOB_FAILED)) == 3)
            orders = JobOrders(embedded_room.platform.database, embedded_room.platform.tracer)
            assert await orders.give_all("retry", JobFilter(kind="outbound"), "ada") == 3
            await look(embedded_room)
            await until(story.is_over)
    assert len(server.received) == 3


async def test_one_whose_tls_is_not_what_one_domain_wants_serves_the_others(embedded_room: Mailroom) -> None:
    async with Relay() as server:
        story = Story(embedded_room)
        await story.set(routes={".test": server.address}, tls_domains={"a.test": "required"}, **SLOW)
        async with story.processor():
            await embedded_room.publish(story.mail("bea@a.test"))
            await until(lambda: story.events(events.JOB_FAILED))
            await embedded_room.publish(story.mail("bea@b.test"))
            await until(lambda: server.received)
    assert [one.recipients for one in server.received] == [["bea@b.test"]]
