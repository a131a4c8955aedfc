"""The parts that do the work of mailing lists, put together for a composition root. THE LIST of tasks.

They have a worker of their own that takes a few jobs at a time, so that lists do not hold up other mail, and takes them
in turn, so that large lists do not hold up small ones.
"""

import time
from collections.abc import Callable
from secrets import token_bytes

from mailcore import events
from mailcore.db import jobs, list_archive, list_bounces, list_digests, list_posts, list_tokens
from mailcore.db.jobs import Job
from mailcore.db.outbound_jobs import KIND as OUTBOUND
from mailcore.db.signing_keys import SigningKeys
from mailcore.list_jobs import (
    KIND,
    Again,
    Commands,
    DigestMaking,
    DigestRange,
    HeldNotice,
    HeldSummary,
    Notice,
    Opening,
    Range,
    Resubmission,
    Return,
)
from mailcore.passwords import Passwords
from mailcore.platform import Platform
from mailcore.trace import Trace
from maildecide.lists.bounces.standing import PROBE_DAYS
from processor.effects.store_local import KIND as LOCAL
from processor.execute import Executor
from processor.jobs.ends import JobEnds
from processor.jobs.leases import Leases
from processor.jobs.worker import JobWorker
from processor.lists.again import AgainWork
from processor.lists.author_standing import AuthorStandings, asking
from processor.lists.commands import CommandsWork
from processor.lists.copies import Copies
from processor.lists.digest_writing import DigestWriting
from processor.lists.digests import DigestBeginning, DigestMakingWork, DigestRangeWork
from processor.lists.ending import Tell, telling
from processor.lists.held_notices import HeldNoticeWork
from processor.lists.held_summary import HeldSummaryWork
from processor.lists.local_copies import LocalCopies
from processor.lists.notices import NoticeWork
from processor.lists.opening import OpeningWork, signs_by
from processor.lists.owner_passwords import OwnerPasswords
from processor.lists.rendering import Rendering
from processor.lists.resubmission import ResubmissionWork
from processor.lists.returns import ReturnWork
from processor.lists.sealing import PostSealer
from processor.lists.work import ListWork, Tasks
from processor.load import Loader
from processor.outbound.queueing import OWN as SELF

LEFT_HERE = frozenset(
    {events.LIST_ACCEPTED, events.LIST_HELD, events.LIST_COMMANDED, events.LIST_RETURNED, events.RESUBMITTED}
)
"""What has become of effects that leave jobs for lists."""
AT_ONCE = 4
"""How many of these jobs a processor has in hand."""
DIGEST_SECONDS = 60.0
"""How often digests are looked for that are due."""
ARCHIVE_SECONDS = 900.0
"""How often posts are looked for that are too old."""
_AT_ONCE = 200
"""Posts that are forgotten in one transaction."""
_WAITED_SECONDS = 3600.0
"""Far longer than a client waits for its post (row 13)."""


class Lists:
    """What a processor does for mailing lists."""

    def __init__(
        self, platform: Platform, loader: Loader, executor: Executor, *, clock: Callable[[], float] = time.time
    ) -> None:
        """`loader` and `executor` are those that process what comes."""
        self._platform = platform
        self._clock = clock
        self._passwords = Passwords()
        ends = JobEnds(platform.database, platform.tracer, platform.metrics, revision=self._revision, clock=clock)
        self.worker = JobWorker(
            platform.database,
            {KIND: ListWork(self._tasks(loader, executor))},
            ends,
            Leases(platform.database, clock),
            most=AT_ONCE,
            clock=clock,
            claim=jobs.claim_in_turn,
            elsewhere={OUTBOUND, LOCAL, SELF},
        )
        self.begin_digests = DigestBeginning(platform.database, platform.bus, clock=clock, look=self.worker.look).run
        """Begins digests that are due. Raises DatabaseAway."""

    def close(self) -> None:
        """Let go of what was made here."""
        self._passwords.close()

    async def forget_old(self) -> None:
        """Forget what no client waits for any more, and tokens that nobody can use. Raises DatabaseAway."""
        now = self._clock()
        async with self._platform.database.transaction() as connection:
            await list_posts.forget_settled(connection, now - _WAITED_SECONDS)
            await list_tokens.forget_old(connection, now)
            await list_bounces.forget_old(connection, now, PROBE_DAYS)

    async def forget_posts(self) -> None:
        """Forget what was in posts that their lists keep no longer. Raises DatabaseAway."""
        forgotten = _AT_ONCE
        while forgotten == _AT_ONCE:
            async with self._platform.database.transaction() as connection:
                forgotten = await list_archive.forget_old(connection, self._clock(), _AT_ONCE)
        async with self._platform.database.transaction() as connection:
            await list_digests.forget_abandoned(connection, self._clock())
        given_back = _AT_ONCE
        while given_back == _AT_ONCE:
            async with self._platform.database.transaction() as connection:
                given_back = await list_digests.give_back(connection, self._clock(), _AT_ONCE)

    def _tasks(self, loader: Loader, executor: Executor) -> Tasks:
        platform, clock = self._platform, self._clock
        database, tell = platform.database, self._telling()
        copies = Copies(
            database,
            platform.bus,
            platform.directory,
            platform.settings,
            LocalCopies(loader, executor, platform.content, clock),
            verp=platform.verp,
            links=platform.list_links,
            clock=clock,
            tell=tell,
        )
        return {
            Opening: self._opening(copies, tell),
            Range: copies,
            Again: AgainWork(database, platform.bus, copies, clock=clock, revision=self._revision, tell=tell),
            Commands: CommandsWork(
                database,
                platform.bus,
                platform.content,
                platform.list_tokens,
                OwnerPasswords(database, self._passwords, clock),
                clock=clock,
                chance=token_bytes,
                revision=self._revision,
                tell=tell,
            ),
            Resubmission: ResubmissionWork(database, loader, executor, clock, tell=tell),
            Return: self._returns(tell),
            **self._digests(copies, tell),
            **self._messages(tell),
        }

    def _opening(self, copies: Copies, tell: Tell) -> OpeningWork:
        platform = self._platform
        settings, content = platform.settings, platform.content
        keys = SigningKeys(platform.database, platform.changes, platform.seal)
        standings = AuthorStandings(content, asking(platform.resolver, settings), self._clock)
        return OpeningWork(
            platform.database,
            platform.bus,
            Rendering(content, _https(platform.environment.public_url), standings),
            copies,
            content,
            clock=self._clock,
            revision=self._revision,
            tell=tell,
            signs=signs_by(keys),
            seal=PostSealer(keys.of, content, is_wanted=lambda: settings.current.settings.delivery.arc_seal),
        )

    def _digests(self, copies: Copies, tell: Tell) -> Tasks:
        """Give what makes digests, and sends them."""
        platform, clock, revision = self._platform, self._clock, self._revision
        keys = SigningKeys(platform.database, platform.changes, platform.seal)
        writing = DigestWriting(platform.content, _https(platform.environment.public_url), self._hostname)
        return {
            DigestMaking: DigestMakingWork(
                platform.database,
                platform.bus,
                writing,
                signs=signs_by(keys),
                clock=clock,
                revision=revision,
                tell=tell,
            ),
            DigestRange: DigestRangeWork(
                platform.database, platform.bus, copies, clock=clock, revision=revision, tell=tell
            ),
        }

    def _returns(self, tell: Tell) -> ReturnWork:
        platform = self._platform
        return ReturnWork(
            platform.database,
            platform.bus,
            platform.content,
            verp=platform.verp,
            tokens=platform.list_tokens,
            chance=token_bytes,
            revision=self._revision,
            clock=self._clock,
            tell=tell,
        )

    def _messages(self, tell: Tell) -> Tasks:
        """Give what writes the messages of lists themselves."""
        platform, clock = self._platform, self._clock
        return {
            HeldNotice: HeldNoticeWork(
                platform.database,
                platform.bus,
                platform.content,
                platform.list_tokens,
                clock=clock,
                chance=token_bytes,
                revision=self._revision,
                tell=tell,
            ),
            HeldSummary: HeldSummaryWork(
                platform.database,
                platform.bus,
                platform.list_tokens,
                clock=clock,
                chance=token_bytes,
                revision=self._revision,
                tell=tell,
            ),
            Notice: NoticeWork(
                platform.database,
                platform.bus,
                platform.content,
                public_url=_https(platform.environment.public_url),
                hostname=self._hostname,
                clock=clock,
                revision=self._revision,
                tell=tell,
            ),
        }

    def _hostname(self) -> str:
        platform = self._platform
        return platform.settings.current.settings.delivery.hostname or platform.environment.hostname_fqdn

    def _telling(self) -> Tell:
        """Look at once for what a task has left behind: hints reach replicas that send mail out, not each of these."""
        tell = telling(self._platform.tracer, self._platform.metrics)

        def told(job: Job, /, *traces: Trace) -> None:
            tell(job, *traces)
            self.worker.look()

        return told

    def _revision(self) -> int:
        return self._platform.settings.current.revision


def _https(public_url: str | None) -> str | None:
    """Give the address that links begin with; mail programs follow none without TLS (RFC 8058 3.1)."""
    return public_url if public_url is not None and public_url.startswith("https://") else None
