"""Examines one message while it comes: everything is asked for as early as it is known, and nothing twice.

Made by ingress at DATA. SPF is asked at once; keys and policies as soon as the header section is there; the body is
hashed as it streams past. At the end of data little is left to wait for.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mailcore.authentication import arc, dmarc
from mailcore.authentication.arc import ArcVerification
from mailcore.authentication.arc_chain import BrokenChain, parse_chain
from mailcore.authentication.author import author_domains
from mailcore.authentication.dkim.canonical_header import SignedHeader
from mailcore.authentication.dkim.signature import MOST_SIGNATURES, parse_dkim_signature
from mailcore.authentication.dkim.verification import BodyDigests, Flaw, Verification, begin
from mailcore.authentication.dmarc import DomainPolicy
from mailcore.authentication.questions import Questions
from mailcore.authentication.results import ArcVerdict, Authentication, DkimVerdict, DmarcVerdict, SpfVerdict, brief
from mailcore.authentication.spf.evaluation import Identity, evaluate
from mailcore.mail.headers import Field, split_fields

LATE = "no answer from DNS in time"
TOO_LARGE = "the message is too large to be verified"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one examination may take."""

    most_octets: int
    """Of a body whose signatures are verified."""
    wait_seconds: float
    """For what DNS has not said by the end of data."""


class Examination:
    """One message."""

    def __init__(self, identity: Identity, ask: Callable[[], Questions], limits: Limits) -> None:
        """`ask` gives who asks DNS from now on. To be called in a running event loop."""
        self._identity = identity
        self._ask = ask
        self._limits = limits
        self._bodies = BodyDigests(limits.most_octets)
        self._spf = asyncio.create_task(evaluate(identity, ask()))
        self._policies: list[asyncio.Task[DomainPolicy]] = []
        self._authors: tuple[str, ...] = ()
        self._trouble = ""
        self._signatures: list[Verification | DkimVerdict] = []
        self._chain: ArcVerification | ArcVerdict = ArcVerdict()

    def header(self, section: bytes) -> None:
        """Take the header section, once, before the body."""
        fields, questions = split_fields(section), self._ask()
        self._find_authors(fields, questions)
        signatures = [field.raw for field in fields if field.name == b"dkim-signature"][:MOST_SIGNATURES]
        header = SignedHeader(fields)
        self._signatures = [self._begin_signature(raw, header, questions) for raw in signatures]
        try:
            chain = parse_chain(fields)
            if chain is not None:
                self._chain = ArcVerification.begin(chain, header, self._bodies, questions)
        except (BrokenChain, Flaw) as error:
            self._chain = arc.broken(error)

    def body(self, octets: bytes) -> None:
        """Take the next octets of the body."""
        self._bodies.feed(octets)

    async def finish(self, now: float, lot: int) -> Authentication:
        """Give what was found, the message being complete; what DNS has not said within the time is unknown.

        `now`: seconds since the epoch; `lot`: 0 to 99, by which a DMARC policy samples.
        """
        self._bodies.finish()
        tasks = self._tasks()
        if any(not task.done() for task in tasks):
            await asyncio.wait(tasks, timeout=self._limits.wait_seconds)
        self.abandon()
        identity = self._identity
        spf = self._spf.result() if _has_result(self._spf) else _late_spf(identity)
        dkim = tuple(self._judge_signature(one, now) for one in self._signatures)
        published = self._published()
        policy = dmarc.strictest(published)
        return Authentication(
            spf=spf,
            dkim=dkim,
            dmarc=self._judge_authors(published, spf, dkim, lot),
            arc=self._judge_chain(now),
            is_aligned=bool(self._authors) and all(dmarc.vouches(domain, spf, dkim) for domain in self._authors),
            vouches_for_sender=not identity.by_helo and dmarc.vouches(identity.domain, spf, dkim),
            author_policy=policy,
            author_signatures=() if policy == "none" else self._author_signatures(published, dkim),
        )

    def abandon(self) -> None:
        """Ask nothing more."""
        for task in self._tasks():
            task.cancel()

    def _tasks(self) -> list[asyncio.Task[object]]:
        tasks = [self._spf, *self._policies]
        tasks += [one.key for one in self._signatures if isinstance(one, Verification)]
        tasks += self._chain.tasks if isinstance(self._chain, ArcVerification) else ()
        return tasks

    def _find_authors(self, fields: Sequence[Field], questions: Questions) -> None:
        try:
            self._authors = author_domains(fields)
        except ValueError as error:
            self._trouble = str(error)
        self._policies = [asyncio.create_task(dmarc.published_policy(one, questions)) for one in self._authors]

    def _begin_signature(self, raw: bytes, header: SignedHeader, questions: Questions) -> Verification | DkimVerdict:
        try:
            signature = parse_dkim_signature(raw)
        except ValueError as error:
            return DkimVerdict("neutral", reason=brief(str(error)))
        try:
            verification = begin(signature, header, self._bodies)
        except Flaw as flaw:
            return DkimVerdict(flaw.result, signature.domain, signature.selector, reason=flaw.reason)
        verification.ask(questions)
        return verification

    def _judge_signature(self, one: Verification | DkimVerdict, now: float) -> DkimVerdict:
        if isinstance(one, DkimVerdict):
            return one
        return one.unverified(TOO_LARGE) if self._bodies.is_too_large else one.verdict(now)

    def _judge_chain(self, now: float) -> ArcVerdict:
        if isinstance(self._chain, ArcVerdict):
            return self._chain
        return ArcVerdict("fail", reason=TOO_LARGE) if self._bodies.is_too_large else self._chain.judge(now)

    def _published(self) -> list[DomainPolicy]:
        """Give what is known by now of each author's domain."""
        return [
            task.result() if _has_result(task) else DomainPolicy(domain, trouble=LATE, is_temporary=True)
            for domain, task in zip(self._authors, self._policies, strict=True)
        ]

    def _judge_authors(
        self, published: Sequence[DomainPolicy], spf: SpfVerdict, dkim: Sequence[DkimVerdict], lot: int
    ) -> DmarcVerdict:
        if not published:
            return DmarcVerdict("permerror", reason=brief(self._trouble))
        return dmarc.worst([dmarc.judge(one, spf, dkim, lot) for one in published])

    def _author_signatures(
        self, published: Sequence[DomainPolicy], verdicts: Sequence[DkimVerdict]
    ) -> tuple[bytes, ...]:
        return tuple(
            one.digest
            for one, verdict in zip(self._signatures, verdicts, strict=True)
            if isinstance(one, Verification)
            and verdict.result == "pass"
            and dmarc.stands_for(verdict.domain, published)
        )


def _has_result(task: asyncio.Task[object]) -> bool:
    return task.done() and not task.cancelled()


def _late_spf(identity: Identity) -> SpfVerdict:
    return SpfVerdict("temperror", identity.domain, identity.by_helo, LATE)
