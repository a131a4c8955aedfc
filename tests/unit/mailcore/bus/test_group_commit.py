import asyncio
from collections.abc import Sequence

import pytest

from mailcore.bus.group_commit import GroupCommit
from mailcore.bus.letter import Letter
from mailcore.errors import BusAway


class Sender:
    """Keeps the batches, and makes each wait until it is let through."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.gate = asyncio.Event()
        self.error: Exception | None = None

    async def __call__(self, letters: Sequence[Letter]) -> None:
        """Send one batch; fail once when told to."""
        self.batches.append([letter.id for letter in letters])
        await self.gate.wait()
        error, self.error = self.error, None
        if error is not None:
            raise error


def start(commit: GroupCommit, *ids: str, size: int = 10) -> list[asyncio.Task[None]]:
    return [asyncio.create_task(commit.publish(Letter(identity, 1, b"x" * size))) for identity in ids]


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_one_goes_alone_when_nothing_else_waits() -> None:
    sender = Sender()
    sender.gate.set()
    commit = GroupCommit(sender, in_flight=1)
    for identity in "ab":
        await commit.publish(Letter(identity, 1, b""))
    assert sender.batches == [["a"], ["b"]]


async def test_what_comes_during_a_send_goes_together_in_the_next() -> None:
    sender = Sender()
    commit = GroupCommit(sender, in_flight=1)
    tasks = start(commit, "a")
    await settle()
    tasks += start(commit, "b", "c", "d")
    await settle()
    assert sender.batches == [["a"]]
    sender.gate.set()
    await asyncio.gather(*tasks)
    assert sender.batches == [["a"], ["b", "c", "d"]]


async def test_batches_have_a_most_in_number() -> None:
    sender = Sender()
    sender.gate.set()
    commit = GroupCommit(sender, in_flight=1)
    await asyncio.gather(*start(commit, *(str(number) for number in range(70))))
    assert [len(batch) for batch in sender.batches] == [32, 32, 6]


async def test_batches_have_a_most_in_octets_but_at_least_one() -> None:
    sender = Sender()
    sender.gate.set()
    commit = GroupCommit(sender, in_flight=1)
    await asyncio.gather(*start(commit, "a", "b", "c", "d", size=100 * 1024), *start(commit, "e", size=300 * 1024))
    assert sender.batches == [["a", "b"], ["c", "d"], ["e"]]


async def test_several_batches_may_be_on_their_way() -> None:
    sender = Sender()
    commit = GroupCommit(sender, in_flight=2)
    tasks = []
    for identity in "abcd":
        tasks += start(commit, identity)
        await settle()
    assert sender.batches == [["a"], ["b"]]
    sender.gate.set()
    await asyncio.gather(*tasks)
    assert sender.batches == [["a"], ["b"], ["c", "d"]]


async def test_a_failed_send_fails_all_in_it_and_no_others() -> None:
    sender = Sender()
    sender.error = BusAway("no")
    commit = GroupCommit(sender, in_flight=1)
    failing = start(commit, "a", "b")
    await settle()
    succeeding = start(commit, "c")
    await settle()
    sender.gate.set()
    assert [type(result) for result in await asyncio.gather(*failing, return_exceptions=True)] == [BusAway, BusAway]
    await asyncio.gather(*succeeding)


async def test_a_cancelled_caller_leaves_the_others_alone() -> None:
    sender = Sender()
    commit = GroupCommit(sender, in_flight=1)
    sent = start(commit, "a", "b")
    await settle()
    waiting = start(commit, "c", "d")
    await settle()
    sent[0].cancel()
    waiting[0].cancel()
    await settle()
    sender.gate.set()
    await asyncio.gather(sent[1], waiting[1])
    assert sender.batches == [["a", "b"], ["d"]]
    assert sent[0].cancelled()
    assert waiting[0].cancelled()


async def test_fail_raises_in_all_that_wait() -> None:
    sender = Sender()
    commit = GroupCommit(sender, in_flight=1)
    tasks = start(commit, "a")
    await settle()
    tasks += start(commit, "b")
    await settle()
    commit.fail("blocked")
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [str(result) for result in results] == ["blocked", "blocked"]
    sender.gate.set()
    await asyncio.gather(*start(commit, "c"))
    assert sender.batches == [["a"], ["c"]]


async def test_drain_waits_for_everything() -> None:
    sender = Sender()
    commit = GroupCommit(sender, in_flight=1)
    tasks = start(commit, "a", "b", "c")
    await asyncio.sleep(0)
    draining = asyncio.create_task(commit.drain())
    await settle()
    assert not draining.done()
    sender.gate.set()
    await draining
    await asyncio.gather(*tasks)
    await commit.drain()


async def test_an_error_of_the_sender_reaches_the_caller() -> None:
    sender = Sender()
    sender.error = LookupError("a bug")
    sender.gate.set()
    with pytest.raises(LookupError):
        await GroupCommit(sender, in_flight=1).publish(Letter("a", 1, b""))


async def test_what_is_not_confirmed_in_time_is_given_up_on_its_way_or_not() -> None:
    sender = Sender()
    commit = GroupCommit(sender, in_flight=1, seconds=0.05)
    tasks = start(commit, "a")
    await asyncio.sleep(0.02)
    tasks += start(commit, "b")
    begun = asyncio.get_running_loop().time()
    with pytest.raises(BusAway):
        await tasks[0]
    assert not tasks[1].done()
    with pytest.raises(BusAway):
        await tasks[1]
    assert asyncio.get_running_loop().time() - begun < 1
    sender.gate.set()
    await commit.publish(Letter("c", 1, b""))
    assert sender.batches == [["a"], ["c"]]
    await commit.drain()
