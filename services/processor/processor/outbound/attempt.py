"""One attempt to deliver a message: the servers of its destination one after the other, until everybody is answered."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from mailcore.dns.interface import Budget
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from processor.outbound.client.answer import Answer, SessionFailed, TlsFailed
from processor.outbound.client.opening import Opener, Server, TlsUse
from processor.outbound.client.outgoing import Outgoing
from processor.outbound.client.session import Session
from processor.outbound.client.transaction import transact
from processor.outbound.forms import Forms
from processor.outbound.pool import Pool
from processor.outbound.remote_mail import RemoteRecipient
from processor.outbound.rendering import addressees
from processor.outbound.routing.route import Router
from processor.outbound.tls.book import TlsBook
from processor.outbound.verdict import is_of_the_server, is_too_many, verdict

_IN_THE_CLEAR = TlsFailed(Answer("tls", why="the server does not offer STARTTLS"), "starttls-not-supported")
_LOOP = "the server calls itself by our own name: mail would come back to us"

Progress = Callable[[Mapping[str, "Result"]], Awaitable[None]]
"""Hears what is known so far, by address, whenever a transaction has ended and others follow."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one recipient in an attempt."""

    answer: Answer
    server: Server | None = None
    """The server that answered; None when none was reached."""
    tls: str = ""
    """What protected the session."""
    tls_failure: str = ""
    """Why that is less than what was wanted first."""
    policy: str = ""
    """Whose demands the session had to meet, where it is not the settings' alone."""
    knows_dsn: bool = False
    """Whether the server took over the duty to report (RFC 3461)."""
    is_converted: bool = False
    """Whether it was brought into 7 bit for the server."""
    breaks_signature: bool = False
    """Whether that broke signatures that it came with."""
    signed_by: str = ""
    """The keys that signed it, by the names of their records."""
    unsigned: str = ""
    """Why none did, where one should have."""
    sealed_by: str = ""
    """The key that added to its ARC chain."""


class Attempts:
    """Makes attempts."""

    def __init__(self, router: Router, opener: Opener, pool: Pool, book: TlsBook, seconds: float) -> None:
        """`seconds`: how long an attempt may take up to the end of the message."""
        self._router = router
        self._opener = opener
        self._pool = pool
        self._book = book
        self._seconds = seconds

    async def make(
        self,
        destination: str,
        forms: Forms,
        recipients: Sequence[RemoteRecipient],
        *,
        settings: RuntimeSettings,
        hostname: str,
        progress: Progress,
        is_ours: Callable[[], bool],
    ) -> dict[str, Result]:
        """Try to deliver, and give a result for each recipient by address.

        `is_ours`: whether the job still is; where it is not, no message is brought to its end.
        Raises DatabaseAway before anything was sent, and what reading the content raises.
        """
        now = asyncio.get_running_loop().time()
        budget = Budget.of_command(settings.smtp.dns_timeout_seconds, settings.smtp.dns_attempts, now)
        route = await self._router.route(destination, settings.delivery, hostname, budget)
        for fault in route.faults:
            self._book.note_fault(fault)
        attempt = _Attempt(
            self._opener,
            self._pool,
            self._book,
            forms,
            recipients,
            reuse=settings.delivery.reuse_seconds,
            hostname=hostname,
            deadline=now + self._seconds,
            is_ours=is_ours,
        )
        if route.failure is not None:
            return {recipient.address: Result(route.failure) for recipient in recipients}
        for server in route.servers[: settings.delivery.max_servers_per_attempt]:
            await attempt.try_server(server, progress)
            if attempt.is_over:
                break
        return attempt.results


def is_down(results: Mapping[str, Result]) -> bool:
    """Whether no server of the destination could be used at all."""
    return bool(results) and all(is_of_the_server(result.answer) for result in results.values())


class _Attempt:
    def __init__(
        self,
        opener: Opener,
        pool: Pool,
        book: TlsBook,
        forms: Forms,
        recipients: Sequence[RemoteRecipient],
        *,
        reuse: float,
        hostname: str,
        deadline: float,
        is_ours: Callable[[], bool],
    ) -> None:
        self._opener = opener
        self._pool = pool
        self._book = book
        self._forms = forms
        self._waiting = list(recipients)
        self._reuse = reuse
        self._hostname = hostname
        self._deadline = deadline
        self._is_ours = is_ours
        self.results: dict[str, Result] = {}

    @property
    def is_over(self) -> bool:
        """Whether nobody waits for another server, or there is no time for one."""
        return not self._waiting or asyncio.get_running_loop().time() >= self._deadline

    async def try_server(self, server: Server, progress: Progress) -> None:
        """Send to whoever waits; those who are answered for good, or may have it, wait no more."""
        session = self._pool.take(server, self._deadline)
        if session is not None:
            await self._send(server, session, progress)
            if not (session.refuses_chunks or self._went_stale() or self._has_untried()):
                return
        while not self.is_over:
            answered = len(self.results)
            try:
                session = await self._open(server)
            except SessionFailed as failed:
                self._note(self._waiting, [failed.answer] * len(self._waiting), _made_of(server, None, None))
                return
            await self._send(server, session, progress)
            if session.refuses_chunks:
                continue
            # A server may take only so many messages in one session; one that takes none is asked no more.
            if not self._has_untried() or len(self.results) == answered:
                return

    async def _open(self, server: Server) -> Session:
        session = await self._open_as_may_be(server)
        if session.server.lower() == self._hostname.lower():
            session.drop()
            raise SessionFailed(Answer("hello", why=_LOOP, status="5.4.6"))
        return session

    async def _open_as_may_be(self, server: Server) -> Session:
        """Open under the TLS that is wanted, else, on a connection of its own, under what does in its place."""
        wanted, *weaker = _uses(server)
        try:
            session = await self._opener.open(server, self._hostname, self._deadline)
        except TlsFailed as failed:
            self._book.note_session(server, failed)
            if not weaker:
                raise
            session = await self._open_weaker(server, weaker)
            session.tls_failure = _said(failed)
            return session
        if wanted != "off":
            failure = _IN_THE_CLEAR if session.tls is None else None
            self._book.note_session(server, failure)
            session.tls_failure = _said(failure) if failure else ""
        return session

    async def _open_weaker(self, server: Server, uses: Sequence[TlsUse]) -> Session:
        use, *weaker = uses
        try:
            return await self._opener.open(replace(server, tls=use), self._hostname, self._deadline)
        except TlsFailed:
            # A broken handshake leaves the connection useless; without TLS is how it would have gone without us.
            if not weaker:
                raise
        return await self._open_weaker(server, weaker)

    async def _send(self, server: Server, session: Session, progress: Progress) -> None:
        """Send in as many transactions as it takes, then keep the session for the next message."""
        try:
            left = len(self._waiting)
            async for forms, some in self._forms.parted(tuple(self._waiting)):
                await self._send_alike(server, session, forms, some, progress)
                left -= len(some)
                if not session.is_usable or asyncio.get_running_loop().time() >= self._deadline:
                    break
                if left:
                    await progress(self.results)
        except BaseException:
            session.drop()
            raise
        if session.refuses_chunks:
            self._opener.forgo_chunks(server)
        self._pool.give(server, session, self._reuse)

    async def _send_alike(
        self, server: Server, session: Session, forms: Forms, batch: Sequence[RemoteRecipient], progress: Progress
    ) -> None:
        """Send to those who get the same, in as many transactions as the server wants."""
        mail = await forms.for_server(session.extensions)
        while batch:
            answers = await transact(session, mail, addressees(batch), self._is_ours)
            self._note(batch, answers, _made_of(server, session, mail))
            more = [one for one, answer in zip(batch, answers, strict=True) if is_too_many(answer)]
            # Only when somebody was taken is another transaction of any use.
            batch = more if len(more) < len(batch) and session.is_usable else []
            if batch:
                await progress(self.results)

    def _note(
        self, recipients: Sequence[RemoteRecipient], answers: Sequence[Answer], made_of: Callable[[Answer], Result]
    ) -> None:
        for recipient, answer in zip(recipients, answers, strict=True):
            self.results[recipient.address] = made_of(answer)
        self._waiting = [one for one in self._waiting if self._is_waiting(one)]

    def _is_waiting(self, recipient: RemoteRecipient) -> bool:
        result = self.results.get(recipient.address)
        return result is None or (verdict(result.answer) == "later" and not result.answer.is_unsure)

    def _has_untried(self) -> bool:
        """Whether somebody was not asked for, since the session ended before."""
        return any(one.address not in self.results for one in self._waiting)

    def _went_stale(self) -> bool:
        """Whether a session that had waited turned out to be closed: that says nothing of the server."""
        waiting = [self.results[one.address].answer for one in self._waiting if one.address in self.results]
        return bool(waiting) and all(answer.stage == "mail" and _is_gone(answer.reply) for answer in waiting)


def _uses(server: Server) -> tuple[TlsUse, ...]:
    """Give the ways in which TLS may be used with a server, the strongest first."""
    uses = (server.tls,) if server.otherwise is None else (server.tls, server.otherwise)
    return (*uses, "off") if uses[-1] == "opportunistic" else uses


def _made_of(server: Server, session: Session | None, mail: Outgoing | None) -> Callable[[Answer], Result]:
    """Give what makes a result of an answer, given what was sent in which session."""
    return partial(
        Result,
        server=server,
        tls=str(session.tls) if session and session.tls else "",
        tls_failure=session.tls_failure if session else "",
        policy=_policy(server, session),
        knows_dsn=session is not None and "DSN" in session.extensions,
        is_converted=mail is not None and mail.is_converted,
        breaks_signature=mail is not None and mail.breaks_signature,
        signed_by="" if mail is None else mail.signed_by,
        unsigned="" if mail is None else mail.unsigned,
        sealed_by="" if mail is None else mail.sealed_by,
    )


def _said(failed: TlsFailed) -> str:
    return str(failed.answer.reply or failed.answer.why)


def _policy(server: Server, session: Session | None) -> str:
    """Say whose demands were to be met, and whether they were where they are only tested."""
    is_met = session is None or (session.tls is not None and session.tls.is_verified)
    return f"{server.policy}" if is_met or not server.policy.is_testing else f"{server.policy}: not met"


def _is_gone(reply: Reply | None) -> bool:
    return reply is None or reply.code == 421  # noqa: PLR2004 - closing (RFC 5321 3.8)
