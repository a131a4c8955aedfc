"""A copy for a local mailbox, complete in itself: stored at once, or kept in a `local` job until it can be."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from mailcore.errors import Malformed
from mailcore.mail.content import Content, StoredContent
from maildecide.message.actions import StoreLocal
from maildecide.message.mail import Mail
from maildecide.message.plan import Plan
from maildecide.message.sender_known import is_sender_known
from maildecide.message.sharing import shared_mailbox

_NONE: Mapping[str, tuple[str, ...]] = {}
_NOBODY: Mapping[str, tuple["Sharer", ...]] = {}


class ReportWish(msgspec.Struct, frozen=True, omit_defaults=True):
    """How the sender of a copy is told when no mailbox takes it: what its envelope asks for (RFC 3461)."""

    notify: frozenset[str] = frozenset()
    """NOTIFY; empty: not given."""
    original: str | None = None
    """ORCPT as given."""
    body: str = "7BIT"
    """BODY of the envelope."""
    smtputf8: bool = False
    ret: str | None = None
    envid: str | None = None
    is_verified: bool = False
    """Whether the sender is known to be who he says."""


class Sharer(msgspec.Struct, frozen=True, omit_defaults=True):
    """Another recipient whose copy this is too, since his mailbox is the same."""

    recipient: str
    notify: frozenset[str] = frozenset()
    """NOTIFY; empty: not given."""
    original: str | None = None
    """ORCPT as given."""


class LocalCopy(msgspec.Struct, frozen=True):
    """Everything that decides the octets of the file and where it lies."""

    message_id: UUID
    accepted_at: float
    """Seconds since the epoch."""
    settings_revision: int
    """The revision that planned it, for the trace."""
    mailbox: str
    folder: str
    recipient: str
    """For `Delivered-To`."""
    sender: str
    """For `Return-Path`; empty for the null sender."""
    header: bytes
    """What this server added, and the header section as edited, CRLF-ended."""
    content: Content
    body_start: int
    """Where in `content` the rest begins."""
    root: UUID | None = None
    """The message that it came of in the end, by which the mailbox knows whether it has it; None: it is that."""
    partings: tuple[str, ...] = ()
    """What waits for it to be stored or refused (`mailcore.db.partings`)."""
    account: str = ""
    """The account whose quota holds; empty for mailboxes that have none."""
    owner: str = ""
    """The account whose mailbox it is, by which an LMTP server knows it; empty: it is one of the server's own."""
    wish: ReportWish | None = None
    """How its sender is told that no mailbox takes it; None: nobody is, it waits for an operator then."""
    sharers: tuple[Sharer, ...] = ()
    """Who else is told of."""
    is_unsure: bool = False
    """Whether an earlier try may have stored it without our knowing."""
    is_told_of_delay: bool = False
    """Whether its sender has heard that it is late."""

    @property
    def content_key(self) -> str | None:
        """The key in the content store; None when the content is inline."""
        return self.content.key if isinstance(self.content, StoredContent) else None

    def head(self) -> bytes:
        """Give what stands above the rest of the content, lines ended by CRLF (RFC 5321 4.4 for `Return-Path`)."""
        return (
            f"Return-Path: <{self.sender}>\r\nDelivered-To: {self.recipient}\r\n".encode("utf-8", "surrogateescape")
            + self.header
        )


def local_copy(
    effect: StoreLocal,
    mail: Mail,
    settings_revision: int,
    place: int = 0,
    partings: Mapping[str, tuple[str, ...]] = _NONE,
    *,
    sharers: Mapping[str, tuple[Sharer, ...]] = _NOBODY,
) -> LocalCopy:
    """Make the copy that `effect` asks for, of the mail as it was edited for it.

    `place`: that of the recipient in the envelope of the message that it came of; `partings`: what waits for effects;
    `sharers`: for which other recipients effects are, by what they have in common.
    """
    wish = _wish(mail, place)
    key = shared_mailbox(effect) or ""
    return LocalCopy(
        message_id=mail.arrival.id,
        accepted_at=mail.arrival.at,
        settings_revision=settings_revision,
        mailbox=effect.mailbox,
        folder=effect.folder,
        recipient=effect.recipient,
        sender=mail.envelope.sender,
        header=mail.trace_fields + mail.header,
        content=mail.content,
        body_start=mail.body_start,
        root=mail.arrival.root,
        partings=partings.get(key, ()),
        account=effect.account,
        owner=effect.account,
        wish=wish,
        sharers=() if wish is None else sharers.get(key, ()),
    )


def _wish(mail: Mail, place: int) -> ReportWish | None:
    """Give how its sender is told; of incomplete, banned or quarantined mail nobody is (rows 5 and 15)."""
    if mail.marks.incomplete or mail.marks.banned is not None or mail.marks.quarantined:
        return None
    envelope = mail.envelope
    # A message that was made here has one recipient, and comes from the null sender.
    recipient = envelope.recipients[min(place, len(envelope.recipients) - 1)]
    return ReportWish(
        notify=recipient.notify,
        original=recipient.original,
        body=envelope.body,
        smtputf8=envelope.smtputf8,
        ret=envelope.ret,
        envid=envelope.envid,
        is_verified=is_sender_known(mail.arrival.client, mail.marks),
    )


def sharers_of(plans: Sequence[Plan]) -> dict[str, tuple[Sharer, ...]]:
    """Give for which recipients copies are beside those that brought them, by what the effects have in common."""
    found: dict[str, dict[tuple[str, str | None], Sharer]] = defaultdict(dict)
    for plan in plans:
        for planned in plan.shared:
            if isinstance(planned.effect, StoreLocal) and not planned.effect.made:
                one = planned.mail.envelope.recipients[plan.place]
                key = shared_mailbox(planned.effect) or ""
                found[key][one.address, one.original] = Sharer(planned.effect.recipient, one.notify, one.original)
    return {key: tuple(sharers.values()) for key, sharers in found.items()}


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(LocalCopy)


def encode(copy: LocalCopy) -> bytes:
    """Give the octets that stand for `copy` in a job."""
    return _encoder.encode(copy)


def decode(octets: bytes) -> LocalCopy:
    """Read what `encode` gave. Raises Malformed when it is something else."""
    try:
        return _decoder.decode(octets)
    except msgspec.MsgspecError as error:
        raise Malformed(f"not a copy for a local mailbox: {error}") from error
