"""Settles a message whose data has ended: judges it, hands it over, and writes down what became of it.

Called by `handler`. A settlement goes on when its client goes away or has been told to come again: what has begun to be
published is published, so that its trace tells the truth.
"""

import asyncio
import time

import structlog

from ingress.accept import hand_over, incoming_of
from ingress.deadline import ANSWER_SECONDS, UNAVAILABLE, timely
from ingress.gather.client import client_facts
from ingress.gather.rule_verdict import rule_verdict
from ingress.intake import Intake
from ingress.origins import Origins
from ingress.parts import Parts
from ingress.patience import Patience
from ingress.seam import SessionState
from ingress.trace_book import outcome_of
from ingress.transaction import Transaction
from mailcore import events, replies
from mailcore.db.list_posts import post_id
from mailcore.errors import StorageFull, Transient
from mailcore.log import message_bound
from mailcore.replies import Reply
from maildecide.session import stages
from maildecide.session.facts import Capacity, MessageFacts, Rejection
from maildecide.session.stages import Refusal

log = structlog.get_logger(__name__)


class Settlement:
    """Settles messages, and knows which are not settled yet."""

    def __init__(self, parts: Parts, origins: Origins) -> None:
        self._parts = parts
        self._patience = Patience(parts.database)
        self._origins = origins
        self._under_way: set[asyncio.Task[Reply]] = set()

    async def settle(self, state: SessionState, transaction: Transaction, intake: Intake) -> Reply:
        """Give the reply to the end of data. 250 means durable."""
        begun = time.perf_counter()
        task = asyncio.create_task(self._settle(state, transaction, intake), name=f"settle:{transaction.id}")
        self._under_way.add(task)
        task.add_done_callback(self._forget)
        # Neither the time limit nor the session's cancellation ends the task.
        done, _ = await asyncio.wait({task}, timeout=ANSWER_SECONDS)
        self._parts.metrics.accept_seconds.observe(time.perf_counter() - begun)
        if done:
            if transaction.awaited and task.result().is_success:
                await self._patience.wait(transaction.awaited)
            return task.result()
        transaction.is_late = True
        return replies.TRY_AGAIN_LATER

    async def keep(self, state: SessionState, transaction: Transaction, intake: Intake) -> None:
        """Settle what came of a message whose client vanished inside it. Nobody waits for an answer, or gets one."""
        transaction.is_incomplete = True
        await intake.close_line()
        await self.settle(state, transaction, intake)

    def hurry(self) -> None:
        """Answer at once those who only wait for lists: the process is stopping."""
        self._patience.end()

    async def finish(self) -> None:
        """Wait for all that is under way."""
        if self._under_way:
            await asyncio.wait(self._under_way)

    def _forget(self, task: asyncio.Task[Reply]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("could not settle a message", exc_info=error)

    async def _settle(self, state: SessionState, transaction: Transaction, intake: Intake) -> Reply:
        with message_bound(transaction.id):
            intake.header.finish()
            try:
                refusal = (
                    self._judge(state, transaction, intake)
                    or await self._origins.judge(state, transaction, intake, self._parts.now())
                    or await self._judge_by_rules(state, transaction, intake)
                    or await self._accept(state, transaction, intake)
                )
            finally:
                await intake.discard()
            reply = self._write_down(state, transaction, intake, refusal)
            outcome = outcome_of(reply)
            if transaction.is_incomplete:
                outcome = events.INCOMPLETE if reply.is_success else events.ABORTED
            self._parts.tracer.record(transaction.story(outcome, intake.header.message_id))
            return reply

    def _judge(self, state: SessionState, transaction: Transaction, intake: Intake) -> Refusal | None:
        if not self._parts.is_fresh():
            return UNAVAILABLE
        facts = MessageFacts(
            client=client_facts(state),
            sender=transaction.sender,
            sender_is_local=transaction.sender_is_local,
            size=intake.size - transaction.added,
            hops=intake.header.hops,
            capacity=transaction.capacity or Capacity(),
        )
        return stages.first_refusal(stages.MESSAGE, facts, transaction.snapshot.settings)

    async def _judge_by_rules(self, state: SessionState, transaction: Transaction, intake: Intake) -> Refusal | None:
        """Refuse what header rules or lists reject for all recipients. Of a client that is gone, nobody is told."""
        is_asked = self._parts.header_rules().can_reject or transaction.has_lists
        if not is_asked or transaction.is_incomplete or intake.header.section is None:
            return None
        facts = await timely(rule_verdict(self._parts, state, transaction, intake.header.section, intake.size))
        if isinstance(facts, Refusal):
            return facts
        transaction.rejection = facts.rejection
        if not transaction.snapshot.settings.smtp.deferred_list_processing and transaction.reentry is None:
            transaction.awaited = tuple(post_id(transaction.id, address) for address in facts.lists)
        return stages.first_refusal(stages.MESSAGE_RULES, facts, transaction.snapshot.settings)

    async def _accept(self, state: SessionState, transaction: Transaction, intake: Intake) -> Refusal | None:
        parts = self._parts
        try:
            mail = incoming_of(
                state,
                transaction,
                await intake.content(),
                header_size=intake.header.header_size,
                hostname=parts.hostname,
                at=parts.now(),
            )
            await hand_over(parts.database, parts.bus, mail)
        except StorageFull as error:
            log.warning("no room for a message, answering 452", reason=str(error))
            return Refusal("content", replies.STORAGE_FULL)
        except Transient as error:
            log.warning("cannot hand over a message, answering 451", reason=str(error))
            return Refusal(type(error).__name__, replies.TRY_AGAIN_LATER)
        return None

    def _write_down(
        self, state: SessionState, transaction: Transaction, intake: Intake, refusal: Refusal | None
    ) -> Reply:
        parts, book = self._parts, transaction.book
        more = {"told": str(replies.TRY_AGAIN_LATER)} if transaction.is_late else {}
        if transaction.rejection is not None:
            more |= _by(transaction.rejection)
        if refusal is not None:
            parts.metrics.refused.labels("message", refusal.check).inc()
            book.note(
                parts.now(),
                "message",
                events.MESSAGE_REFUSED,
                reply=refusal.reply,
                decided_by=refusal.check,
                size=str(intake.size),
                **more,
            )
            log.info("message refused", check=refusal.check, reply=str(refusal.reply), client=state.peer_ip)
            return refusal.reply
        reply = replies.MESSAGE_ACCEPTED.about(message_id=transaction.id)
        if transaction.is_incomplete:
            book.note(parts.now(), "accept", events.MESSAGE_KEPT, size=str(intake.size))
        else:
            parts.metrics.accepted.labels(state.listener).inc()
            book.note(parts.now(), "accept", events.MESSAGE_ACCEPTED, reply=reply, size=str(intake.size), **more)
        log.info(
            "message kept, though incomplete" if transaction.is_incomplete else "message accepted",
            sender=transaction.command.path,
            recipients=len(transaction.recipients),
            size=intake.size,
            client=state.peer_ip,
        )
        return reply


def _by(rejection: Rejection) -> dict[str, str]:
    if not rejection.list:
        return {"rule": str(rejection.rule)}
    return {"list": rejection.list} | ({"setting": rejection.setting} if rejection.setting else {})
