import asyncio

from mailcore.errors import BusAway, DatabaseAway, DatabaseFull, Transient
from processor.outage import Outage


class Part:
    """A dependency that answers when it is on, and a consumer that says what it was told."""

    def __init__(self, error: type[Transient]) -> None:
        self.is_on = False
        self.told: list[str] = []
        self._error = error

    async def check(self) -> None:
        """Answer or not."""
        if not self.is_on:
            raise self._error

    async def pause(self) -> None:
        """Hear it."""
        self.told.append("pause")

    async def resume(self) -> None:
        """Hear it."""
        self.told.append("resume")

    async def stop(self, grace: float) -> None:
        """Hear it."""
        self.told.append("stop")


async def test_all_wait_together_until_everything_that_was_missed_answers() -> None:
    database, bus = Part(DatabaseAway), Part(BusAway)
    outage = Outage({DatabaseAway: database.check, BusAway: bus.check})
    outage.pauses(database)
    waits = [asyncio.create_task(outage.sit_out(error, None)) for error in (DatabaseAway(), BusAway(), BusAway())]
    await asyncio.sleep(0.05)
    database.is_on = True
    await asyncio.sleep(0.2)
    assert not any(wait.done() for wait in waits)
    bus.is_on = True
    async with asyncio.timeout(2):
        assert await asyncio.gather(*waits) == [True, True, True]
    assert database.told == ["pause", "resume"]


async def test_who_waits_too_long_is_told_so() -> None:
    database = Part(DatabaseAway)
    outage = Outage({DatabaseAway: database.check})
    assert not await outage.sit_out(DatabaseAway(), 0.05)
    assert not await outage.sit_out(DatabaseAway(), -1)
    database.is_on = True
    assert await outage.sit_out(DatabaseAway(), 2)
    await outage.stop()


async def test_the_next_outage_begins_anew() -> None:
    database = Part(DatabaseAway)
    database.is_on = True
    outage = Outage({DatabaseAway: database.check})
    outage.pauses(database)
    for _ in range(2):
        assert await outage.sit_out(DatabaseAway(), 2)
    assert database.told == ["pause", "resume", "pause", "resume"]


async def test_a_full_disk_is_tried_again_unhurriedly_whatever_its_owner_answers() -> None:
    database = Part(DatabaseAway)
    database.is_on = True
    outage = Outage({DatabaseAway: database.check}, pause_when_full=0.4)
    assert not await outage.sit_out(DatabaseFull(), 0.2)
    assert await outage.sit_out(DatabaseFull(), 2)
