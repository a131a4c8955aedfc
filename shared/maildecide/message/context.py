"""What the steps know about one recipient of one message. Loaded by the processor, or made up by a simulation."""

from dataclasses import dataclass

from mailcore.address import Address
from mailcore.directory.account import Account
from mailcore.settings import RuntimeSettings


@dataclass(frozen=True, slots=True)
class Context:
    """One recipient of one message."""

    recipient: Address
    account: Account | None
    """The account behind the recipient; None when it has gone since the message was accepted."""
    settings: RuntimeSettings
