"""What ingress keeps of one connection and of the mail transaction open in it (RFC 5321 3.3).

Written by `handler`; the decisions never see these, they get frozen facts made of them.
"""

from dataclasses import dataclass, field
from typing import cast
from uuid import UUID

from ingress.seam import MailCommand, SessionState
from ingress.trace_book import TraceBook, outcome_of
from mailcore import events
from mailcore.address import Address
from mailcore.authentication.results import Authentication
from mailcore.db.settings_store import Snapshot
from mailcore.dns.reverse import ReverseNames
from mailcore.dns.sender_domain import SenderDomain
from mailcore.mail.envelope import Envelope, Recipient
from mailcore.reentry import Reentry
from mailcore.trace import Trace
from maildecide.session.access import NO_VERDICT, AccessVerdict
from maildecide.session.facts import Capacity, Rejection

_KEY = "visit"


@dataclass(slots=True)
class Transaction:
    """A message on its way in, from MAIL to the reply to its end of data."""

    id: UUID
    snapshot: Snapshot
    """The settings that judge it, read at MAIL."""
    client_ip: str
    command: MailCommand
    book: TraceBook
    sender: Address | None = None
    """None for the null sender, and until MAIL's path has been read."""
    sender_is_local: bool = False
    sender_domain: SenderDomain | None = None
    """What DNS says of the sender's domain; None where it was not asked."""
    reentry: Reentry | None = None
    """What it is, where this system itself brings it (row 22)."""
    recipients: list[Recipient] = field(default_factory=list)
    capacity: Capacity | None = None
    """The largest message that anybody behind the recipients takes; None while there are none."""
    is_incomplete: bool = False
    """Whether the client vanished inside the message, and what came is kept (row 5)."""
    has_lists: bool = False
    """Whether a mailing list is behind one of the recipients."""
    awaited: tuple[str, ...] = ()
    """The posts, by their ids, that its client waits for (row 13)."""
    rejection: Rejection | None = None
    """The header rule or the list that rejected its message for everybody."""
    authentication: Authentication | None = None
    """What SPF, DKIM, DMARC and ARC say of its message; None while, or where, nobody asks."""
    is_quarantined: bool = False
    """Whether DMARC has its message put into the trash."""
    is_late: bool = False
    """Whether the client was told to come again while its message was still being handed over."""

    @property
    def envelope(self) -> Envelope:
        """Who it is from and for."""
        command = self.command
        return Envelope(
            sender=command.path,
            recipients=tuple(self.recipients),
            body=command.body,
            smtputf8=command.smtputf8,
            ret=command.ret,
            envid=command.envid,
        )

    @property
    def added(self) -> int:
        """How many octets were put above its message since its size was judged."""
        return 0 if self.reentry is None else self.reentry.added

    @property
    def declared_size(self) -> int | None:
        """SIZE= without what was added."""
        size = self.command.size
        return None if size is None else max(size - self.added, 0)

    @property
    def outcome_without_message(self) -> str:
        """What to call it when it ends before its message was judged."""
        refusal = self.book.last_refusal
        return events.ABORTED if refusal is None or self.recipients else outcome_of(refusal)

    def story(self, outcome: str, header_message_id: str | None = None) -> Trace:
        """Give its trace, now that it is over."""
        return self.book.close(
            self.id,
            outcome,
            revision=self.snapshot.revision,
            client_ip=self.client_ip,
            sender=self.command.path,
            header_message_id=header_message_id,
            accepted=tuple(recipient.address for recipient in self.recipients),
        )


@dataclass(slots=True)
class Visit:
    """One connection."""

    snapshot: Snapshot
    """The settings as they were when it began: for what holds per connection."""
    book: TraceBook = field(default_factory=TraceBook)
    """What happened outside transactions."""
    transaction: Transaction | None = None
    names: ReverseNames | None = None
    """The client's names in DNS; None until something needs them and DNS answers."""
    confirmed_name: str | None = None
    """That of its names that leads back to its address, where that was asked."""
    access: AccessVerdict = NO_VERDICT
    """What the access rules say of the client: of ban and pass when it came, of relay when its transaction began."""
    connections_of_client: int = 0
    """How many connections the client had when this one began, this one included."""
    listed: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    """The block lists that were asked, and those of them that list the client; None until something needs them."""

    @property
    def client_host(self) -> str | None:
        """The client's name, where something asked for it: the one that leads back to it, else the first."""
        if self.confirmed_name is not None or self.names is None:
            return self.confirmed_name
        return next(iter(self.names.names), None)

    @property
    def open_book(self) -> TraceBook:
        """Where an event belongs that happens now."""
        return self.book if self.transaction is None else self.transaction.book


def begin_visit(state: SessionState, snapshot: Snapshot) -> Visit:
    """Begin to keep what is known of a connection."""
    visit = Visit(snapshot)
    state.memory[_KEY] = visit
    return visit


def visit_of(state: SessionState) -> Visit:
    """Give what is known of a connection that has begun."""
    return cast("Visit", state.memory[_KEY])


def has_begun(state: SessionState) -> bool:
    """Whether the connection was let in."""
    return _KEY in state.memory


def transaction_of(state: SessionState) -> Transaction:
    """Give the open transaction. Raises RuntimeError when there is none: the session keeps the order of commands."""
    transaction = visit_of(state).transaction
    if transaction is None:
        raise RuntimeError("no transaction is open")
    return transaction
