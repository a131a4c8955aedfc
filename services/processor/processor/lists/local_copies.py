"""Copies for members of this system: planned by the steps that hold for copies, and stored at once.

Of what an address of ours does with its mail, lists, quota, cancel list and forwarding hold; header rules were applied
to the post, and nobody's absence is told to a list.
"""

import asyncio
from collections.abc import Callable, Sequence

import msgspec

from mailcore import events
from mailcore.content.interface import ContentStore
from mailcore.db.jobs import Job
from mailcore.dsn.wanted import FAILURES
from mailcore.mail.content import INLINE_LIMIT, Content, InlineContent
from mailcore.mail.envelope import Envelope, Recipient
from mailcore.mail.incoming import Incoming, Marks
from maildecide.lists.posted import Posted
from maildecide.message.mail import Mail
from maildecide.message.pipeline import COPIES, plan_message
from maildecide.message.plan import Plan
from processor.execute import Executor
from processor.jobs.leases import LEASE_SECONDS
from processor.lists.knowledge import body_of
from processor.load import Loader

_HOLD_SECONDS = 45.0
"""How long copies may take before what is not stored becomes jobs."""
_SURE_SECONDS = LEASE_SECONDS / 2
"""For how long after its claim a job is certainly nobody else's."""


class LocalCopies:
    """Stores copies."""

    def __init__(self, loader: Loader, executor: Executor, content: ContentStore, clock: Callable[[], float]) -> None:
        self._loader = loader
        self._executor = executor
        self._content = content
        self._clock = clock

    async def store(self, posted: Posted, members: Sequence[tuple[str, str]], job: Job) -> list[tuple[str, str]]:
        """Store a copy for each member, given with the envelope sender that is theirs alone.

        Gives what became of each, by address. Raises DatabaseAway, ContentAway, ContentMissing.
        """
        if not members:
            return []
        begun = self._clock()
        content, start = await self._content_of(posted.mail)
        plans: list[Plan] = []
        revision = 0
        # Within this system nobody signs them.
        common = msgspec.structs.replace(posted.mail, header=posted.unlinked_header, content=content, body_start=start)
        for address, sender in members:
            mail = _for_member(common, address, sender)
            loaded = await self._loader.load_for(mail)
            revision = loaded.settings_revision
            plans += plan_message(COPIES, loaded.mail, loaded.contexts)
        executed = await self._executor.execute(
            stand_in(posted.mail, revision),
            plans,
            revision,
            look_twice=lambda: job.attempt > 1 or self._clock() - begun > _SURE_SECONDS,
            deadline=asyncio.get_running_loop().time() + _HOLD_SECONDS,
        )
        results = {plans[one.place].recipient: one.outcome.result for one in executed}
        return [(address, results.get(address, events.DISCARDED)) for address, _ in members]

    async def _content_of(self, mail: Mail) -> tuple[Content, int]:
        """Give small content as octets, read once for all."""
        if mail.content.size - mail.body_start > INLINE_LIMIT:
            return mail.content, mail.body_start
        return InlineContent(b"".join([piece async for piece in body_of(mail, self._content)])), 0


def stand_in(mail: Mail, settings_revision: int) -> Incoming:
    """Give what effects know of a message that did not just come: nobody's content, and a sender that is ours."""
    return Incoming(
        id=mail.arrival.id,
        accepted_at=mail.arrival.at,
        envelope=mail.envelope,
        client=mail.arrival.client,
        settings_revision=settings_revision,
        trace_fields=b"",
        header_size=0,
        content=InlineContent(b""),
        marks=Marks(relay_permitted=True),
        server=mail.arrival.server,
    )


def _for_member(common: Mail, address: str, sender: str) -> Mail:
    envelope = common.envelope
    return msgspec.structs.replace(
        common,
        envelope=Envelope(
            sender or envelope.sender, (Recipient(address, FAILURES),), body=envelope.body, smtputf8=envelope.smtputf8
        ),
    )
