"""A message that addons look at, complete in itself: what an `addon` job carries from one addon to the next."""

from uuid import UUID

import msgspec

from mailcore.db.jobs import NewJob
from mailcore.errors import Malformed
from mailcore.ids import derived_id
from mailcore.mail.content import StoredContent
from mailcore.mail.incoming import Incoming
from maildecide.message.addons.verdict import AddonVerdict

KIND = "addon"
"""The kind of these jobs."""


class Behind(msgspec.Struct, frozen=True):
    """One who is behind a recipient."""

    place: int
    """The recipient's place in the envelope."""
    target: str
    """Who gets it, as `mailcore.directory.targets.name_of` has it; empty: nobody any more."""


class AddonRun(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who the message is for, how it is now, and which addons are still to see it."""

    incoming: Incoming
    """As it was accepted or, content and trace fields, as an addon has made it."""
    settings_revision: int
    """The revision that planned it."""
    behind: tuple[Behind, ...]
    """For whom it waits; not empty."""
    addons: tuple[int, ...]
    """The ids of those that have not answered yet, in their order."""
    header: bytes
    """The header section as it is now, CRLF-ended."""
    body_start: int
    """Where in the content what follows the header section begins."""
    folder: str = ""
    """The Maildir++ folder that a rule wants it in."""
    done: tuple[str, ...] = ()
    """What other parts of the same message have seen to (`maildecide.message.sharing.shared_mailbox`)."""
    verdict: AddonVerdict | None = None
    """What an addon has decided; no other is asked then."""

    @property
    def recipients(self) -> tuple[str, ...]:
        """The recipients that it is for, each once."""
        envelope = self.incoming.envelope
        return tuple(dict.fromkeys(envelope.recipients[one.place].address for one in self.behind))


def addon_job(run: AddonRun, *, not_before: float) -> NewJob:
    """Give the job for the next addon, or for what follows the last; its id is that of message, step and recipient."""
    content, first = run.incoming.content, run.behind[0]
    step = "after" if run.verdict is not None or not run.addons else str(run.addons[0])
    return NewJob(
        id=_id(run.incoming.id, step, first, run.folder),
        kind=KIND,
        destination=step,
        message_id=str(run.incoming.id),
        payload=_encoder.encode(run),
        not_before=not_before,
        content=content.key if isinstance(content, StoredContent) else None,
        sender=run.incoming.envelope.sender,
        recipients=run.recipients,
    )


def decode(octets: bytes) -> AddonRun:
    """Read the payload of such a job. Raises Malformed when it is something else."""
    try:
        return _decoder.decode(octets)
    except msgspec.MsgspecError as error:
        raise Malformed(f"not a message for addons: {error}") from error


def _id(message_id: UUID, step: str, first: Behind, folder: str) -> str:
    return str(derived_id(message_id, KIND, f"{step}\0{first.place}\0{first.target}\0{folder}"))


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(AddonRun)
