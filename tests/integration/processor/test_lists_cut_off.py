"""Work of lists that is cut off, whatever it did last, is done again: no member is left out, and none served twice."""

from collections import Counter
from collections.abc import Sequence
from pkgutil import resolve_name
from typing import Any

import pytest
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.lists import (
    ADA,
    BEA,
    LIST,
    a_post,
    add_many,
    is_over,
    make_list,
    outgoing,
    posts,
    without_sending,
)
from tests.integration.processor.waiting import until_retried

from mailcore import events
from mailcore.db import list_posts
from mailcore.db.jobs import Job
from mailcore.db.list_store import ListStore
from mailcore.passwords import Passwords
from maildecide.lists.posted import Posted
from processor.lists.local_copies import LocalCopies

MEMBERS = [f"m{n}@d{n % 3}.example.org" for n in range(1100)]
"""With two more in mailboxes here, three ranges."""


class Cut(Exception):  # noqa: N818 - no error of ours
    """Nothing that follows is done."""


def cut_after(monkeypatch: pytest.MonkeyPatch, place: str, usual: Any) -> list[str]:
    """Have what is at `place` do what it does, and be cut off then, the first time; give when it was."""
    cuts: list[str] = []

    async def done_and_cut(*given: Any, **named: Any) -> Any:
        result = await usual(*given, **named)
        if not cuts:
            cuts.append(place)
            raise Cut(place)
        return result

    monkeypatch.setattr(place, done_and_cut)
    return cuts


@pytest.mark.parametrize(
    "place",
    [
        "processor.lists.rendering.Rendering.make",
        "processor.lists.opening.finish",
        "mailcore.db.list_posts.open_up",
        "processor.lists.opening.leave_behind",
        "processor.lists.opening.hint",
        "processor.lists.local_copies.LocalCopies.store",
        "processor.lists.copies.finish",
        "processor.lists.copies.leave_behind",
        "mailcore.db.list_posts.served",
        "processor.lists.copies.hint",
    ],
)
async def test_a_post_that_is_cut_off_anywhere_reaches_each_member_once(
    embedded_room: Mailroom, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    room = embedded_room
    await add_many(room, await make_list(room, ADA, BEA), MEMBERS)
    cuts = cut_after(monkeypatch, place, resolve_name(place))
    async with room.processor(without_sending):
        await room.publish(a_post(room))
        await until_retried(room.platform.database, lambda: _is_served(room), 60)
    assert cuts == [place]
    assert Counter(one.address for job in await outgoing(room) for one in job.recipients) == Counter(MEMBERS)
    assert (len(room.files(ADA)), len(room.files(BEA))) == (1, 1)
    assert [(row["number"], row["ranges"]) for row in await posts(room)] == [(1, 0)]


@pytest.mark.parametrize("members", [0, 1100])
async def test_a_list_that_is_removed_while_a_range_is_served_leaves_nothing(
    embedded_room: Mailroom, monkeypatch: pytest.MonkeyPatch, members: int
) -> None:
    room = embedded_room
    await add_many(room, await make_list(room, ADA), MEMBERS[:members])
    usual, removed = LocalCopies.store, False

    async def stored_and_removed(self: LocalCopies, posted: Posted, some: Sequence[tuple[str, str]], job: Job) -> Any:
        nonlocal removed
        result = await usual(self, posted, some, job)
        if some:
            removed = True
            passwords = Passwords()
            await ListStore(room.platform.database, passwords).lists.delete(LIST, "test")
            passwords.close()
        return result

    monkeypatch.setattr(LocalCopies, "store", stored_and_removed)
    async with room.processor(without_sending):
        await room.publish(a_post(room))
        await until_retried(room.platform.database, lambda: removed and is_over(room), 60)
    failures = [event for trace in room.heard.traces for event in trace.events if event.what == events.JOB_FAILED]
    assert {event.detail["reason"] for event in failures} == {str(list_posts.PostGone())}
    assert await posts(room) == []
    assert len(room.files(ADA)) == 1


async def _is_served(room: Mailroom) -> bool:
    return [row["state"] for row in await posts(room)] == ["expanded"] and await is_over(room)
