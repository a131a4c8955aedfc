"""What an account does with its mail by itself. Found together, since each message for it asks for all of it."""

from dataclasses import dataclass

from mailcore.directory.autoreply import Autoreply
from mailcore.directory.forward import Forward


@dataclass(frozen=True, slots=True)
class StandingOrders:
    """What holds for one account; only what is enabled is in it."""

    forwards: tuple[Forward, ...] = ()
    """In their order."""
    autoreply: Autoreply | None = None


NO_ORDERS = StandingOrders()
