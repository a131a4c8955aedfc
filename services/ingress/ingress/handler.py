"""Policy, asked by the session at each point of the dialogue: gathers facts, has them judged, answers.

Implements `seam.Handler`; one for all sessions of a process. It decides nothing itself: what to say is up to the checks
of `maildecide.session.stages`, and what cannot be found out in time is answered 451, never refused.
"""

from typing import cast

from ingress.allowance import Allowance
from ingress.deadline import UNAVAILABLE, timely
from ingress.gather.client import client_facts
from ingress.gather.recipient import mailbox_of, recipient_facts
from ingress.gather.sender import sender_facts
from ingress.intake import Intake
from ingress.limits import message_limits
from ingress.login_desk import LoginDesk
from ingress.origins import Origins
from ingress.parts import Parts
from ingress.reception import Reception
from ingress.refuse import refuse
from ingress.seam import (
    Interruption,
    MailCommand,
    MessageSink,
    RcptCommand,
    SessionState,
)
from ingress.settlement import Settlement
from ingress.strangers import Strangers
from ingress.trace_book import TraceBook, outcome_of
from ingress.transaction import Transaction, Visit, has_begun, transaction_of, visit_of
from mailcore import events, replies
from mailcore.address import parse_address
from mailcore.directory.targets import ListTarget
from mailcore.log import bind_message, unbind_message
from mailcore.mail.envelope import Recipient
from mailcore.replies import Reply
from maildecide.session import stages
from maildecide.session.capacity import capacity_of, wider
from maildecide.session.facts import HeloFacts, RcptFacts
from maildecide.session.stages import Refusal

NO_DOMAIN = Refusal("recipient_exists", replies.RECIPIENT_UNKNOWN)
"""What `<postmaster>` alone is told while no domain is managed."""


NOT_SEALED = Refusal("reentry", replies.REENTRY_MISSING)
"""What ourselves are told who bring something else than what is sealed."""


class PolicyHandler:
    """Answers for policy."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._reception = Reception(parts)
        self._origins = Origins(parts.resolver)
        self._settlement = Settlement(parts, self._origins)
        self._strangers = Strangers(parts.resolver)
        self._allowance = Allowance(parts.send_rate, parts.now)
        self._desk = LoginDesk(parts.logins, parts.login_failures, parts.snapshot, parts.now)

    def hurry(self) -> None:
        """Answer at once whoever only waits for lists: the process is stopping."""
        self._settlement.hurry()

    async def finish(self) -> None:
        """Wait for the messages that are being handed over."""
        await self._settlement.finish()

    def admit(self, state: SessionState) -> Reply | None:
        """Let the connection in, and read the settings that hold for it."""
        return self._reception.admit(state)

    async def connect(self, state: SessionState) -> Reply | None:
        """Judge the client, and greet it."""
        return await self._reception.greet(state)

    async def helo(self, state: SessionState) -> Reply | None:
        """Judge what the client calls itself."""
        visit = visit_of(state)
        refusal = stages.first_refusal(stages.HELO, HeloFacts(client_facts(state)), visit.snapshot.settings)
        if refusal is None:
            return None
        return self._refuse(visit.open_book, "helo", events.CLIENT_REFUSED, refusal)

    async def authenticate(self, state: SessionState, name: str, password: str) -> Reply:
        """Judge a login, and remember whose session it is then."""
        book = visit_of(state).book
        if not self._parts.is_fresh():
            # A password that was changed meanwhile must not go on being right.
            return self._refuse(book, "auth", events.LOGIN_REFUSED, UNAVAILABLE)
        verdict = await timely(self._desk.judge(client_facts(state), name, password))
        if isinstance(verdict, Refusal):
            return self._refuse(book, "auth", events.LOGIN_REFUSED, verdict)
        if verdict.refusal is not None:
            return self._refuse(book, "auth", events.LOGIN_REFUSED, verdict.refusal, account=verdict.account)
        state.account = verdict.account
        book.note(self._parts.now(), "auth", events.LOGGED_IN, reply=replies.AUTH_OK, account=verdict.account)
        return replies.AUTH_OK

    def recognise(self, state: SessionState, shown: str) -> str | None:
        """Judge a pass."""
        return self._parts.reentries.recognise(state, shown)

    def reenter(self, state: SessionState, sealed: str) -> bool:
        """Open what the next transaction is."""
        return self._parts.reentries.open(state, sealed)

    async def mail(self, state: SessionState, command: MailCommand) -> Reply:
        """Give the message its id, read the settings that judge it, and judge the sender."""
        visit, parts = visit_of(state), self._parts
        transaction = self._begin(state, command)
        # The session's own lines are about the message too, so this is not for the calls of this class alone.
        bind_message(transaction.id)
        told = dict(self._reception.renew_relay(state))
        refusal = await self._judge_sender(state, transaction)
        if refusal is not None:
            reply = self._refuse(transaction.book, "mail", events.SENDER_REFUSED, refusal)
            parts.tracer.record(transaction.story(outcome_of(reply)))
            unbind_message()
            return reply
        visit.transaction = transaction
        if transaction.sender_domain is not None:
            told |= {"sender_domain": transaction.sender_domain}
        if transaction.reentry is not None:
            told |= {"came_of": str(transaction.reentry.parent)}
        transaction.book.note(parts.now(), "mail", events.SENDER_ACCEPTED, reply=replies.SENDER_OK, **told)
        return replies.SENDER_OK

    async def rcpt(self, state: SessionState, command: RcptCommand) -> Reply:
        """Judge a recipient and add it."""
        transaction = transaction_of(state)
        judged = await self._judge_recipient(state, transaction, command)
        if isinstance(judged, Refusal):
            return self._refuse(transaction.book, "rcpt", events.RECIPIENT_REFUSED, judged, command.path)
        transaction.recipients.append(judged)
        transaction.book.note(
            self._parts.now(),
            "rcpt",
            events.RECIPIENT_ACCEPTED,
            reply=replies.RECIPIENT_OK,
            recipient=command.path,
        )
        return replies.RECIPIENT_OK

    async def data(self, state: SessionState) -> MessageSink | Reply:
        """Give what takes the message."""
        transaction = transaction_of(state)
        if not self._parts.is_fresh():
            reply = self._refuse(transaction.book, "message", events.MESSAGE_REFUSED, UNAVAILABLE)
            await self._end(visit_of(state), outcome_of(reply))
            return reply
        state.message_limits = message_limits(
            client_facts(state),
            transaction.snapshot.settings,
            sender_is_local=transaction.sender_is_local,
            added=transaction.added,
        )
        return Intake(
            self._parts.content,
            keeps_header=self._parts.header_rules().can_reject or transaction.has_lists,
            examiner=self._origins.begin(state, transaction),
        )

    async def message(self, state: SessionState, sink: MessageSink) -> Reply:
        """Judge the message and hand it over."""
        transaction = transaction_of(state)
        visit_of(state).transaction = None
        reply = await self._settlement.settle(state, transaction, _intake(sink))
        unbind_message()
        return reply

    async def refuse_message(self, state: SessionState, sink: MessageSink, reply: Reply) -> None:
        """Write down that the session refused the message."""
        transaction = transaction_of(state)
        self._refuse(transaction.book, "message", events.MESSAGE_REFUSED, Refusal("session", reply))
        await self._end(visit_of(state), outcome_of(reply), _intake(sink))

    async def reset(self, state: SessionState) -> None:
        """Write down that the transaction, if one is open, ends without a message."""
        visit = visit_of(state)
        if visit.transaction is not None:
            visit.transaction.book.note(self._parts.now(), "message", events.ENDED_WITHOUT_MESSAGE)
            await self._end(visit, visit.transaction.outcome_without_message)

    async def abort(self, state: SessionState, sink: MessageSink, why: Interruption) -> None:
        """Write down that the client went away inside the message, and keep what came where row 5 says so."""
        visit, transaction, intake = visit_of(state), transaction_of(state), _intake(sink)
        self._parts.metrics.aborted.inc()
        transaction.book.note(self._parts.now(), "message", events.MESSAGE_ABORTED, why=why)
        has_vanished = why in {"disconnected", "timeout"} and transaction.reentry is None
        if has_vanished and intake.header.is_over and not transaction.snapshot.settings.smtp.discard_incomplete:
            visit.transaction = None
            await self._settlement.keep(state, transaction, intake)
            unbind_message()
        else:
            await self._end(visit, events.ABORTED, intake)

    async def command_refused(self, state: SessionState, verb: str, reply: Reply) -> None:
        """Write down that the session refused a command by itself."""
        refusal = Refusal("session", reply)
        self._refuse(visit_of(state).open_book, "command", events.COMMAND_REFUSED, refusal, verb=verb)

    async def closed(self, state: SessionState) -> None:
        """Write down what nothing has told yet."""
        if not has_begun(state):
            return
        try:
            await self.reset(state)
        finally:
            self._reception.leave(state)

    def _begin(self, state: SessionState, command: MailCommand) -> Transaction:
        parts = self._parts
        reentry, state.reentry = state.reentry, None
        return Transaction(
            id=parts.new_id(parts.now()) if reentry is None else reentry.id,
            snapshot=parts.snapshot(),
            client_ip=state.peer_ip if reentry is None else reentry.client.ip,
            command=command,
            book=visit_of(state).book.begin_message(),
            reentry=reentry,
        )

    async def _judge_sender(self, state: SessionState, transaction: Transaction) -> Refusal | None:
        if not self._parts.is_fresh():
            return UNAVAILABLE
        if state.challenge is not None and transaction.reentry is None:
            return NOT_SEALED
        facts = await timely(sender_facts(self._parts.directory, client_facts(state), transaction))
        if isinstance(facts, Refusal):
            return facts
        refusal = stages.first_refusal(stages.MAIL, facts, transaction.snapshot.settings)
        return refusal or await self._strangers.judge_sender(visit_of(state), transaction, facts)

    async def _judge_recipient(
        self, state: SessionState, transaction: Transaction, command: RcptCommand
    ) -> Recipient | Refusal:
        if not self._parts.is_fresh():
            return UNAVAILABLE
        found = await timely(self._recipient_facts(state, transaction, command))
        if isinstance(found, Refusal):
            return found
        mailbox, facts = found
        refusal = stages.first_refusal(stages.RCPT, facts, transaction.snapshot.settings)
        refusal = refusal or await self._strangers.judge_recipient(visit_of(state), transaction, facts)
        refusal = refusal or await timely(self._allowance.judge(facts.client, transaction.snapshot.settings))
        if refusal is not None:
            return refusal
        transaction.capacity = wider(transaction.capacity, capacity_of(facts))
        transaction.has_lists |= any(isinstance(target, ListTarget) for target in facts.resolution.targets)
        return Recipient(mailbox, command.notify, command.original)

    async def _recipient_facts(
        self, state: SessionState, transaction: Transaction, command: RcptCommand
    ) -> tuple[str, RcptFacts] | Refusal:
        mailbox = await mailbox_of(self._parts.directory, command.path)
        if mailbox is None:
            return NO_DOMAIN
        return mailbox, await recipient_facts(self._parts, client_facts(state), transaction, parse_address(mailbox))

    def _refuse(
        self,
        book: TraceBook,
        stage: str,
        what: str,
        refusal: Refusal,
        recipient: str | None = None,
        **detail: str,
    ) -> Reply:
        return refuse(self._parts, book, stage, what, refusal, recipient=recipient, **detail)

    async def _end(self, visit: Visit, outcome: str, intake: Intake | None = None) -> None:
        """End the open transaction without handing its message over."""
        transaction, visit.transaction = visit.transaction, None
        if intake is not None:
            await intake.discard()
        if transaction is not None:
            message_id = None if intake is None else intake.header.message_id
            self._parts.tracer.record(transaction.story(outcome, message_id))
        unbind_message()


def _intake(sink: MessageSink) -> Intake:
    """Give the sink as what `data` made it."""
    return cast("Intake", sink)
