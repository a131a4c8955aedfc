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
class StoreLocal:
    """Put a copy into a folder of a local mailbox."""

    name: ClassVar[str] = "store_local"
    mailbox: str
    """The account's mailbox, below the mail directory."""
    recipient: str
    """The address for `Delivered-To`."""
    folder: str = ""
    """Maildir++ folder with its leading dot; empty for the inbox."""


@dataclass(frozen=True, slots=True)
class Undeliverable:
    """The recipient has gone since the message was accepted: keep the message where an operator sees it."""

    name: ClassVar[str] = "undeliverable"
    recipient: str
    reason: str


Effect = StoreLocal | Undeliverable
Action = Edit | Done | Effect
