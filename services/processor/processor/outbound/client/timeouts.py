"""How long the client waits for each step (RFC 5321 4.5.3.2), in seconds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timeouts:
    """The minima that RFC 5321 asks for, and limits of our own where it names none."""

    connect: float = 30.0
    greeting: float = 300.0
    hello: float = 300.0
    tls: float = 60.0
    auth: float = 300.0
    mail: float = 300.0
    rcpt: float = 300.0
    data: float = 120.0
    block: float = 180.0
    """For each piece of the content."""
    final: float = 600.0
    """For the reply to the end of the message."""
    quit: float = 2.0
    """RFC 5321 names no time; nothing depends on the reply."""
    attempt: float = 900.0
    """For everything up to the end of the message, all servers tried included."""
