"""Receives connections: whether there is room, what the access rules say of the client, and its greeting.

Called by `handler`. Bans and passes hold for the connection, as row 15 does; who may relay is asked anew for each
transaction, so that a rule that is taken back holds for open sessions too.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from ingress.crowd import Crowd
from ingress.gather.access import access_verdict
from ingress.gather.client import client_facts
from ingress.limits import session_limits
from ingress.parts import Parts
from ingress.refuse import refuse
from ingress.seam import SessionState
from ingress.trace_book import TraceBook, outcome_of
from ingress.transaction import Visit, begin_visit, visit_of
from mailcore import events, replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session import row_15, stages
from maildecide.session.access import AccessVerdict
from maildecide.session.facts import AdmitFacts, ClientFacts, ConnectFacts, GreetFacts
from maildecide.session.greet_pause import greet_pause


class Reception:
    """Knows who is there."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._crowd = Crowd()

    def admit(self, state: SessionState) -> Reply | None:
        """Let a connection in, or say why not; cheap, since a flood comes through here."""
        parts, ip = self._parts, state.peer_ip
        snapshot, now = parts.snapshot(), parts.now()
        of_client = self._crowd.enter(ip)
        client, may_pass = client_facts(state), False
        if 0 < snapshot.settings.smtp.max_connections_per_ip < of_client:
            rules = parts.access_rules()
            client = _known(client, rules.judge(ip, now))
            may_pass = rules.needs_names(ip, now) or self._may_be_ourselves(state, snapshot.settings)
        facts = AdmitFacts(client, self._crowd.size, of_client, may_pass)
        refusal = stages.first_refusal(stages.ADMIT, facts, snapshot.settings)
        if refusal is None:
            begin_visit(state, snapshot).connections_of_client = of_client
            parts.metrics.sessions.inc()
            return None
        self._crowd.leave(ip)
        book = TraceBook()
        reply = refuse(parts, book, "connect", events.CLIENT_REFUSED, refusal)
        self._record(book, reply, snapshot.revision, ip)
        return reply

    async def greet(self, state: SessionState) -> Reply | None:
        """Judge the client by what is known of it now; give the greeting, its refusal, or None to close silently."""
        visit = visit_of(state)
        settings = visit.snapshot.settings
        state.limits = session_limits(self._parts.hostname, settings)
        told = await self._look_up(state, visit)
        client = client_facts(state)
        if settings.smtp.local_forward_via_mta and self._is_hindered(visit, client, settings):
            await self._parts.reentries.hear_first_word(state)
            client = client_facts(state)
        # Once more, for those that were let in only because they might have been let pass.
        crowd = AdmitFacts(client, 0, visit.connections_of_client)
        refusal = stages.first_refusal(stages.ADMIT, crowd, settings)
        refusal = refusal or stages.first_refusal(stages.CONNECT, ConnectFacts(client), settings)
        if refusal is None and row_15.closes_silently(client, settings):
            self._close_silently(state, visit, told)
            return None
        if refusal is None:
            if pause := greet_pause(client, settings):
                await asyncio.sleep(pause)
            refusal = stages.first_refusal(stages.GREET, GreetFacts(client, state.talked_early), settings)
        if refusal is not None:
            return refuse(self._parts, visit.book, "connect", events.CLIENT_REFUSED, refusal, **told)
        told["listener"] = state.listener
        visit.book.note(
            self._parts.now(), "connect", events.CONNECTED, reply=None, decided_by=None, recipient=None, **told
        )
        return replies.GREETING.about(hostname=self._parts.hostname)

    def renew_relay(self, state: SessionState) -> Mapping[str, str]:
        """Find out whether the client may relay now; give what the trace is to say of it."""
        visit, parts = visit_of(state), self._parts
        relay_by = parts.access_rules().relay_by(state.peer_ip, parts.now())
        if visit.access.relay_by != relay_by:
            visit.access = replace(visit.access, relay_by=relay_by)
        return {} if relay_by is None else {"relay_rule": str(relay_by)}

    def leave(self, state: SessionState) -> None:
        """See a connection out that was let in; write down that it was refused, if nothing has told yet."""
        visit = visit_of(state)
        self._crowd.leave(state.peer_ip)
        self._parts.metrics.sessions.dec()
        if visit.book.last_refusal is not None:
            self._record(visit.book, visit.book.last_refusal, visit.snapshot.revision, state.peer_ip)

    def _may_be_ourselves(self, state: SessionState, settings: RuntimeSettings) -> bool:
        return settings.smtp.local_forward_via_mta and self._parts.reentries.may_come_from(state.peer_ip)

    def _is_hindered(self, visit: Visit, client: ClientFacts, settings: RuntimeSettings) -> bool:
        """Whether something stands in its way, or costs it time, that does not hold for ourselves."""
        most = settings.smtp.max_connections_per_ip
        is_one_too_many = 0 < most < visit.connections_of_client
        return client.is_banned or is_one_too_many or greet_pause(client, settings) > 0

    async def _look_up(self, state: SessionState, visit: Visit) -> dict[str, str]:
        """Have the access rules judge; give what the trace is to say of that."""
        parts = self._parts
        visit.access, is_answered = await access_verdict(
            parts.access_rules(), parts.resolver, visit, state.peer_ip, parts.now()
        )
        told = {} if is_answered else {"host_name": "no answer from DNS"}
        if visit.access.passed_by is not None:
            told["pass_rule"] = str(visit.access.passed_by)
        if visit.access.banned_by is not None:
            told["ban_rule"] = str(visit.access.banned_by)
            told["ban_action"] = visit.snapshot.settings.smtp.banned_connection_action
        return told

    def _close_silently(self, state: SessionState, visit: Visit, told: Mapping[str, str]) -> None:
        parts = self._parts
        parts.metrics.refused.labels("connect", "banned").inc()
        visit.book.note(
            parts.now(), "connect", events.CLIENT_REFUSED, reply=None, decided_by="banned", recipient=None, **told
        )
        self._record(visit.book, replies.BANNED, visit.snapshot.revision, state.peer_ip)

    def _record(self, book: TraceBook, reply: Reply, revision: int, ip: str) -> None:
        parts = self._parts
        parts.tracer.record(book.close(parts.new_id(parts.now()), outcome_of(reply), revision=revision, client_ip=ip))


def _known(client: ClientFacts, verdict: AccessVerdict) -> ClientFacts:
    return replace(client, is_banned=verdict.banned_by is not None, is_passed=verdict.passed_by is not None)
