"""The work that mailing lists leave behind, as jobs of the kind `list`: what a job carries. See docs/lists.md."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from mailcore.db.jobs import NewJob
from mailcore.directory.list_template import TemplateName
from mailcore.errors import Malformed
from mailcore.ids import derived_id

KIND = "list"
"""The kind of these jobs."""
RANGE_SECONDS = 1.0
"""How long a range takes, about."""


class Opening(msgspec.Struct, frozen=True, tag="opening"):
    """Make what goes out of a post, and part its members into ranges."""

    post: str
    """The post's id."""


class Range(msgspec.Struct, frozen=True, tag="range"):
    """Make the copies for some members, in the order of their keys."""

    post: str
    after: str
    """The key after which it begins; empty: with the first."""
    until: str | None
    """The key with which it ends; None: with the last."""


class Resubmission(msgspec.Struct, frozen=True, tag="resubmission"):
    """Process a message as a new one: one for a list that was reached by a forward, or one of a list's own."""

    mail: bytes
    """As `maildecide.message.mail` encodes it."""


class Commands(msgspec.Struct, frozen=True, tag="commands", omit_defaults=True):
    """Do what a message to a list's control address asks for, and answer."""

    list_id: int
    mail: bytes
    marked: bool = False
    """Whether it came where posts come, so that only lines with `#` are commands."""


class Return(msgspec.Struct, frozen=True, tag="return"):
    """Look at what came back to a list."""

    list_id: int
    mail: bytes
    member: int
    """The member whose copy came back; 0: the address does not say."""
    number: int


class HeldNotice(msgspec.Struct, frozen=True, tag="held_notice"):
    """Tell the moderators that a post waits for them."""

    held: str
    """The id of the held post."""
    moderators: tuple[str, ...]


class HeldSummary(msgspec.Struct, frozen=True, tag="held_summary"):
    """Tell the moderators together of the posts that wait, when there are too many for a message about each."""

    list_id: int


class Notice(msgspec.Struct, frozen=True, tag="notice", omit_defaults=True):
    """Write a message of the list's own, in its words, and send it."""

    list_id: int
    template: TemplateName
    to: str
    values: dict[str, str]
    """What stands in the place of placeholders, beside what is known of the list."""
    token: str = ""
    """What answers it once (`mailcore.list_tokens`)."""
    answers: str = ""
    """The Message-ID of what it answers."""
    held: str = ""
    """The id of the post that waits which goes with it; once that is decided on, nothing is sent."""
    sender: str = ""
    """The envelope sender; empty: the list's `-bounces`."""


class Again(msgspec.Struct, frozen=True, tag="again"):
    """Send a post of the archive to one address."""

    post: str
    to: str


class DigestMaking(msgspec.Struct, frozen=True, tag="digest"):
    """Make what goes out of a digest, and part its readers into ranges."""

    digest: str
    """The digest's id."""


class DigestRange(msgspec.Struct, frozen=True, tag="digest_range"):
    """Send a digest to some readers, in the order of their keys; as `Range`."""

    digest: str
    after: str
    until: str | None


Task = (
    Opening
    | Range
    | Resubmission
    | Commands
    | Return
    | HeldNotice
    | HeldSummary
    | Notice
    | Again
    | DigestMaking
    | DigestRange
)

_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Task] = msgspec.msgpack.Decoder(Task)


def decode(octets: bytes) -> Task:
    """Read what a job carries. Raises Malformed when it is something else."""
    try:
        return _decoder.decode(octets)
    except msgspec.MsgspecError as error:
        raise Malformed(f"not work of a mailing list: {error}") from error


def opening_job(post: str, address: str, message_id: str, now: float) -> NewJob:
    """Give the job that begins to send out a post of the list with that address."""
    return _job(Opening(post), derived_id(UUID(post), KIND, "opening"), address, message_id, now)


def range_jobs(tasks: Sequence[Range], address: str, message_id: str, now: float) -> list[NewJob]:
    """Give the jobs that make the copies of a post, one for each range."""
    return _one_by_one(
        [_job(one, derived_id(UUID(one.post), KIND, f"range\0{one.after}"), address, message_id, now) for one in tasks]
    )


def digest_job(digest: str, address: str, now: float) -> NewJob:
    """Give the job that makes a digest of the list with that address."""
    return task_job(DigestMaking(digest), UUID(digest), "digest", address, now=now)


def digest_range_jobs(tasks: Sequence[DigestRange], address: str, now: float) -> list[NewJob]:
    """Give the jobs that send a digest to its readers, one for each range."""
    return _one_by_one(
        [task_job(one, UUID(one.digest), f"digest_range\0{one.after}", address, now=now) for one in tasks]
    )


def held_summary_job(list_id: int, address: str, message_id: str, due: float) -> NewJob:
    """Give the job that tells moderators at `due` of all posts that wait; whoever asks for the same time, asks once.

    `message_id`: the message that it comes of, for the trace.
    """
    job_id = derived_id(UUID(int=list_id), KIND, f"held_summary\0{due:.0f}")
    return _job(HeldSummary(list_id), job_id, address, message_id, due)


def resubmission_job(mail: bytes, mail_id: UUID, recipient: str, now: float, content: str | None) -> NewJob:
    """Give the job that has an encoded message processed for `recipient`; `content`: its key in the content store."""
    return task_job(Resubmission(mail), mail_id, "resubmit", recipient, now=now, content=content)


def task_job(task: Task, mail_id: UUID, what: str, address: str, *, now: float, content: str | None = None) -> NewJob:
    """Give a job that comes of a message: `what` is done for `address`; `content`: its key in the content store."""
    job = _job(task, derived_id(mail_id, KIND, f"{what}\0{address}"), address, str(mail_id), now)
    return msgspec.structs.replace(job, content=content)


def _one_by_one(ranges: Sequence[NewJob]) -> list[NewJob]:
    """Have each range let all go first that is due before it would begin itself, were they done one after the other.

    So what a small list has to do waits for no more of a large one than was its turn until then.
    """
    return [msgspec.structs.replace(job, patience=place * RANGE_SECONDS) for place, job in enumerate(ranges)]


def _job(task: Task, job_id: UUID, address: str, message_id: str, now: float) -> NewJob:
    return NewJob(
        id=str(job_id),
        kind=KIND,
        destination=address,
        message_id=message_id,
        payload=_encoder.encode(task),
        not_before=now,
        recipients=(address,),
    )
