"""THE LIST of effects, and the order in which they become durable.

First what is stored at once; then, in one transaction, everything else that must outlive the acknowledgement: jobs,
dead letters, and who holds the content. A small message that only goes into local mailboxes costs no statement.
"""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import assert_never

from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.bus.interface import Bus
from mailcore.db import autoreplies_sent, content_refs, dead_letters, finished_jobs, jobs, srs_tokens, trash
from mailcore.db.database import Database
from mailcore.mail.content import StoredContent
from mailcore.mail.incoming import Incoming
from maildecide.message.actions import (
    Confirm,
    Distribute,
    HoldPost,
    ListCommand,
    ListReturn,
    Reenter,
    Reply,
    Resubmit,
    RunAddons,
    SendRemote,
    StoreLocal,
    TakeBack,
    TrashOnServer,
    Undeliverable,
)
from maildecide.message.mail import Mail
from maildecide.message.plan import Plan, Planned
from maildecide.message.sharing import shared_mailbox
from processor.effects import (
    confirm,
    for_lists,
    reenter,
    reply,
    run_addons,
    send_remote,
    store_local,
    take_back,
    trash_on_server,
    undeliverable,
)
from processor.effects.executed import Executed
from processor.effects.outcome import Offer, Outcome, Partings
from processor.jobs.hints import hint
from processor.local_copy import Sharer, local_copy, sharers_of
from processor.mail_stores import MailStores
from processor.mailboxes import LookTwice

_AT_ONCE = 64


class Executor:
    """Carries out plans."""

    def __init__(self, database: Database, bus: Bus, stores: MailStores, clock: Callable[[], float]) -> None:
        self._database = database
        self._bus = bus
        self._stores = stores
        self._clock = clock

    async def execute(
        self,
        incoming: Incoming,
        plans: Sequence[Plan],
        settings_revision: int,
        *,
        look_twice: LookTwice,
        deadline: float,
    ) -> list[Executed]:
        """Carry out `plans`, recipients in envelope order, and return when all of it is durable.

        `look_twice` says whether some of it may have been done before. What is not done by `deadline` (of the event
        loop's clock) becomes jobs. Raises DatabaseAway, ContentAway, ContentMissing.
        """
        partings = take_back.partings_of(plans)
        remote = send_remote.carry_out(incoming, plans, settings_revision, self._clock(), partings)
        addons = run_addons.carry_out(incoming, plans, settings_revision, self._clock())
        sharers = sharers_of(plans)
        order = _Order(incoming, plans, settings_revision, look_twice, deadline, remote, partings, sharers, addons)
        executed: list[Executed] = []
        todo = _effects(plans)
        while some := tuple(islice(todo, _AT_ONCE)):
            if len(some) == 1:
                executed.append(await self._carry_out(order, *some[0]))
            else:
                executed += await _all(self._carry_out(order, *one) for one in some)
        accepted = await self._make_durable(order, _with_partings(order, executed, self._clock()))
        return [_after(one, accepted) for one in executed]

    async def _carry_out(self, order: "_Order", place: int, plan: Plan, planned: Planned) -> Executed:
        now = self._clock()
        effect = planned.effect
        match effect:
            case StoreLocal() | TrashOnServer():
                outcome = await self._store(order, plan, planned.mail, effect)
            case SendRemote():
                outcome = order.remote[effect]
            case RunAddons():
                outcome = order.addons[effect]
            case Reenter():
                outcome = reenter.carry_out(effect, planned.mail, order.settings_revision, now, order.partings)
            case TakeBack():
                outcome = take_back.NOT_YET
            case Reply():
                outcome = reply.carry_out(effect, planned.mail, order.settings_revision, now)
            case Confirm():
                outcome = confirm.carry_out(effect, planned.mail, order.settings_revision, now)
            case Undeliverable():
                outcome = undeliverable.carry_out(
                    order.incoming, effect, planned.mail, plan.place, settings_revision=order.settings_revision, now=now
                )
            case Distribute() | HoldPost() | ListCommand() | ListReturn() | Resubmit():
                outcome = for_lists.carry_out(effect, planned.mail, now)
            case _:
                assert_never(effect)
        return Executed(place, planned, outcome)

    async def _store(self, order: "_Order", plan: Plan, mail: Mail, effect: StoreLocal | TrashOnServer) -> Outcome:
        now, revision = self._clock(), order.settings_revision
        if isinstance(effect, TrashOnServer):
            return await trash_on_server.carry_out(
                self._stores,
                local_copy(trash_on_server.copy_for(effect), mail, revision),
                trash_on_server.entry_of(order.incoming, order.plans, now),
                look_twice=order.look_twice,
                deadline=order.deadline,
                now=now,
            )
        return await store_local.carry_out(
            self._stores,
            local_copy(effect, mail, revision, plan.place, order.partings, sharers=order.sharers),
            look_twice=order.look_twice,
            deadline=order.deadline,
            now=now,
        )

    async def _make_durable(self, order: "_Order", outcomes: Sequence[Outcome]) -> Collection[Offer]:
        """Write down what must outlive the acknowledgement; give the offers that were accepted."""
        incoming = order.incoming
        new_jobs = [job for outcome in outcomes for job in outcome.jobs]
        has_kept = any(outcome.letters or outcome.trashed for outcome in outcomes)
        content = incoming.content
        offers = {outcome.offer for outcome in outcomes if outcome.offer is not None}
        writes = [*for_lists.locking(order.plans), *(write for outcome in outcomes for write in outcome.writes)]
        if incoming.marks.awaited:
            writes.append(for_lists.settling(incoming, order.plans))
        if not (new_jobs or has_kept or offers or writes or isinstance(content, StoredContent)):
            return offers
        now = self._clock()
        async with self._database.transaction() as conn:
            accepted = await _accepted(conn, offers)
            new_jobs += [job for offer in accepted for job in offer.jobs]
            for write in writes:
                new_jobs += await write(conn, now)
            if order.look_twice():
                done = await finished_jobs.among(conn, {job.id for job in new_jobs})
                new_jobs = [job for job in new_jobs if job.id not in done]
            await jobs.insert(conn, new_jobs, now)
            await _keep(conn, outcomes)
            for job in new_jobs:
                if job.content is not None:
                    await content_refs.add(conn, job.content, content_refs.job_holder(job.id), now)
            if isinstance(content, StoredContent):
                await content_refs.drop(conn, content.key, content_refs.incoming_holder(incoming.id), now)
        await hint(self._bus, new_jobs, now)
        return accepted


@dataclass(frozen=True, slots=True)
class _Order:
    """What all effects of one message have in common."""

    incoming: Incoming
    plans: Sequence[Plan]
    settings_revision: int
    look_twice: LookTwice
    deadline: float
    remote: Mapping[SendRemote, Outcome]
    """What becomes of mail for other servers."""
    partings: Partings
    """What waits for effects to end."""
    sharers: Mapping[str, tuple[Sharer, ...]]
    """For which other recipients copies are."""
    addons: Mapping[RunAddons, Outcome]
    """What becomes of mail for addons."""


def _effects(plans: Sequence[Plan]) -> Iterator[tuple[int, Plan, Planned]]:
    return ((place, plan, planned) for place, plan in enumerate(plans) for planned in plan.effects)


def _with_partings(order: _Order, executed: Sequence[Executed], now: float) -> list[Outcome]:
    """Give what became of each effect, and what waits for that."""
    outcomes = [one.outcome for one in executed]
    if not order.partings:
        return outcomes
    by_key = {shared_mailbox(one.planned.effect): take_back.Way(one.planned.effect, one.outcome) for one in executed}
    for at, one in enumerate(executed):
        effect = one.planned.effect
        if isinstance(effect, TakeBack):
            ways = [way for key, way in by_key.items() if effect.parting in order.partings.get(key or "", ())]
            place = order.plans[one.place].place
            parted = take_back.Parted(order.incoming, effect, one.planned.mail, place, order.settings_revision)
            outcomes[at] = replace(one.outcome, writes=tuple(parted.begun(ways, now)))
    return outcomes


async def _keep(conn: AsyncConnection, outcomes: Sequence[Outcome]) -> None:
    """Keep what is no job."""
    for token in {outcome.token for outcome in outcomes if outcome.token is not None}:
        await srs_tokens.put(conn, token.token, token.sender, token.at)
    for outcome in outcomes:
        for letter in outcome.letters:
            await dead_letters.put(conn, letter)
        for entry in outcome.trashed:
            await trash.put(conn, entry)


async def _accepted(conn: AsyncConnection, offers: Iterable[Offer]) -> set[Offer]:
    """Give the offers whose sender may have a reply; always in one order, so that no two transactions are at odds."""
    return {
        offer
        for offer in sorted(offers, key=lambda offer: (offer.account, offer.sender))
        if await autoreplies_sent.claim(conn, offer.account, offer.sender, at=offer.at, interval=offer.interval)
    }


def _after(executed: Executed, accepted: Collection[Offer]) -> Executed:
    offer = executed.outcome.offer
    return executed if offer is None or offer in accepted else replace(executed, outcome=reply.WITHHELD)


async def _all(work: Iterable[Coroutine[None, None, Executed]]) -> list[Executed]:
    """Wait for all of `work`, also when some of it fails: nobody else may still be storing when this is over."""
    results = await asyncio.gather(*work, return_exceptions=True)
    done = [result for result in results if isinstance(result, Executed)]
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return done
