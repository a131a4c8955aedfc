"""What a step can ask for: an edit of the mail, an effect on the world, or an end. All frozen and inert."""

from dataclasses import dataclass
from typing import ClassVar, Protocol

from maildecide.message.mail import Mail


class Edit(Protocol):
    """A change of the mail that later steps and effects see."""

    def apply(self, mail: Mail) -> Mail:
        """Give the changed mail."""


@dataclass(frozen=True, slots=True)
class Done:
    """Nothing after it runs for this recipient."""

    reason: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something for the trace: what was decided, and by what."""

    event: str
    """What happened (`mailcore.events`)."""
    detail: tuple[tuple[str, str], ...]
    """What an operator wants to know, as names and values."""


@dataclass(frozen=True, slots=True)
class StoreLocal:
    """Put a copy into a folder of a local mailbox."""

    name: ClassVar[str] = "store_local"
    mailbox: str
    """The mailbox of an account or of the server, below the mail directory."""
    recipient: str
    """The address for `Delivered-To`."""
    folder: str = ""
    """Maildir++ folder with its leading dot; empty for the inbox."""
    account: str = ""
    """The account whose quota holds; empty for the server's own mailboxes, which have none."""
    made: str = ""
    """The id of a new message that came of the one at hand, where it is about that; empty: about the one at hand."""


@dataclass(frozen=True, slots=True)
class SendRemote:
    """Send it to an address on another server."""

    name: ClassVar[str] = "send_remote"
    recipient: str
    """The address it goes to."""
    destination: str
    """Its domain in A-labels, or an address literal."""
    notify: str = ""
    """NOTIFY (RFC 3461 4.1), its keywords separated by commas; empty: not given."""
    original: str = ""
    """ORCPT (RFC 3461 4.2) as given; empty: not given."""
    named: str = ""
    """The recipient of the message, where an alias led from there to this address."""
    token: str = ""
    """What stands for the message's own sender in the one it is sent with (`mailcore.srs`); empty: nothing does."""
    made: str = ""
    """The id of a new message that came of the one at hand, where it is about that; empty: about the one at hand."""


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer by itself for an account, unless the sender had an answer lately."""

    name: ClassVar[str] = "reply"
    account: str
    sender: str
    """Who is remembered to have had one."""
    interval: float
    """For how many seconds."""
    deliveries: tuple[StoreLocal | SendRemote, ...]
    """Where the answer goes."""


@dataclass(frozen=True, slots=True)
class Undeliverable:
    """Nobody takes the message for this recipient after all: its sender is told."""

    name: ClassVar[str] = "undeliverable"
    recipient: str
    reason: str
    """For the sender."""
    status: str = "5.2.0"
    """RFC 3463: something about the mailbox."""


@dataclass(frozen=True, slots=True)
class TrashOnServer:
    """Put a copy into the server's trash, one for all recipients that it is for."""

    name: ClassVar[str] = "trash_on_server"
    recipient: str


Effect = StoreLocal | SendRemote | Reply | TrashOnServer | Undeliverable


@dataclass(frozen=True, slots=True)
class Apart:
    """An effect on a mail of its own, not on the one at hand."""

    effect: Effect
    mail: Mail


Action = Edit | Done | Note | Apart | Effect
