"""What a step can ask for: an edit of the mail, an effect on the world, or an end. All frozen and inert."""

from dataclasses import dataclass, field
from typing import ClassVar, Literal, Protocol

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
    parting: str = field(default="", compare=False)
    """What waits for its end, where the account that sends it on keeps no copy (`TakeBack`); empty: nothing does."""


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
    parting: str = field(default="", compare=False)
    """What waits for its end, where the account that sends it on keeps no copy (`TakeBack`); empty: nothing does."""


@dataclass(frozen=True, slots=True)
class Reenter:
    """Send it to our own SMTP port, so that all that holds for mail of the address holds (row 22)."""

    name: ClassVar[str] = "reenter"
    recipient: str
    """The address it goes to, which is one of ours."""
    notify: str = ""
    """NOTIFY (RFC 3461 4.1), its keywords separated by commas; empty: not given."""
    original: str = ""
    """ORCPT (RFC 3461 4.2) as given; empty: not given."""
    named: str = ""
    """The recipient of the message whose account sends it on."""
    made: str = ""
    """The id of a new message that came of the one at hand, where it is about that; empty: about the one at hand."""
    parting: str = field(default="", compare=False)
    """What waits for its end, where the account that sends it on keeps no copy (`TakeBack`); empty: nothing does."""


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer by itself for an account, unless the sender had an answer lately."""

    name: ClassVar[str] = "reply"
    account: str
    sender: str
    """Who is remembered to have had one."""
    interval: float
    """For how many seconds."""
    deliveries: tuple["SendRemote | Resubmit", ...]
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
class Confirm:
    """Tell the sender, who asked for it, what was done with the message here for this recipient (RFC 3461)."""

    name: ClassVar[str] = "confirm"
    recipient: str
    action: Literal["delivered", "expanded"]
    original: str = ""
    """ORCPT as given; empty: not given."""


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Put a message that an account forwarded into its trash, once it is known that nobody takes it."""

    name: ClassVar[str] = "take_back"
    parting: str
    """What the effects have in common that bring the message to others."""
    copy: StoreLocal
    """What the account is to have."""
    reason: str
    """For the sender, where the effects themselves do not tell him; empty: they do."""


@dataclass(frozen=True, slots=True)
class TrashOnServer:
    """Put a copy into the server's trash, one for all recipients that it is for."""

    name: ClassVar[str] = "trash_on_server"
    recipient: str


@dataclass(frozen=True, slots=True)
class RunAddons:
    """Have addons look at it; what follows is planned when they have answered."""

    name: ClassVar[str] = "run_addons"
    place: int
    """The recipient's place in the envelope."""
    target: str
    """Who gets it for the recipient, as `mailcore.directory.targets.name_of` has it; empty: nobody any more."""
    addons: tuple[int, ...]
    """Their ids, in their order."""
    names: str
    """What they are called, for the trace."""
    mailbox: str = ""
    """The mailbox of the account that gets it, where it is one: it gets the message once."""


@dataclass(frozen=True, slots=True)
class Distribute:
    """Give the message its number on a mailing list and send it to the members."""

    name: ClassVar[str] = "distribute"
    list_id: int
    list: str
    """Where the list's posts are sent."""
    poster: str
    """Who wrote it."""


@dataclass(frozen=True, slots=True)
class HoldPost:
    """Keep a post until a moderator of the list decides on it."""

    name: ClassVar[str] = "hold_post"
    list_id: int
    list: str
    poster: str
    """Who wrote it."""
    reason: str
    """For the moderator."""
    moderators: tuple[str, ...]
    """Who is told."""
    setting: str = ""
    """What of the list's settings decided that."""


@dataclass(frozen=True, slots=True)
class ListCommand:
    """Do what a message to a mailing list's control address asks for, and answer."""

    name: ClassVar[str] = "list_command"
    list_id: int
    list: str
    marked: bool = False
    """Whether it came where posts come, so that only lines with `#` are commands."""


@dataclass(frozen=True, slots=True)
class ListReturn:
    """Look at what came back to a mailing list: a report, or an automatic answer."""

    name: ClassVar[str] = "list_return"
    list_id: int
    list: str
    member: int = 0
    """The member whose copy came back, where the address says so; 0: it does not."""
    number: int = 0
    """The post's number, where the address says so."""


@dataclass(frozen=True, slots=True)
class Resubmit:
    """Have the message processed as a new one for an address of this server, such as a list that it is forwarded to."""

    name: ClassVar[str] = "resubmit"
    recipient: str
    made: str = ""
    """The id of a new message that came of the one at hand, where it is about that; empty: about the one at hand."""


ListEffect = Distribute | HoldPost | ListCommand | ListReturn | Resubmit
"""What is done for mailing lists, and for messages that come to them in another way than from a client."""

Effect = (
    StoreLocal
    | SendRemote
    | Reenter
    | TakeBack
    | Reply
    | TrashOnServer
    | Undeliverable
    | Confirm
    | RunAddons
    | ListEffect
)


@dataclass(frozen=True, slots=True)
class Apart:
    """An effect on a mail of its own, not on the one at hand."""

    effect: Effect
    mail: Mail


Action = Edit | Done | Note | Apart | Effect
