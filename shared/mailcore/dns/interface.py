"""What is asked of DNS and what comes back. Implemented by `resolver`; the DNS library stays behind it."""

from dataclasses import dataclass
from typing import Literal, Protocol

Status = Literal["found", "no_data", "no_name", "no_answer"]
"""`found`: there are records; `no_data`: the name exists without such records; `no_name`: it does not exist (NXDOMAIN);
`no_answer`: nobody could say (timeout, SERVFAIL, REFUSED, NOTIMP, FORMERR ...)."""

COMMAND_SECONDS = 240.0
"""Within how many seconds all look-ups of one SMTP command end."""


@dataclass(frozen=True, slots=True)
class Mx:
    """An MX record (RFC 5321 5.1)."""

    preference: int
    host: str
    """`.` is the null MX (RFC 7505)."""


@dataclass(frozen=True, slots=True)
class Tlsa:
    """A TLSA record (RFC 6698 2.1)."""

    usage: int
    selector: int
    matching_type: int
    data: bytes


Record = str | bytes | Mx | Tlsa
"""A, AAAA: the address; PTR, NS, CNAME: a name, lower case, without the final dot; TXT (its strings joined): octets."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What DNS says to one question."""

    status: Status
    records: tuple[Record, ...] = ()
    """In the order they came, aliases followed. Always empty for ANY, which is asked for its status alone."""
    ttl: int = 0
    """For how many seconds it may be kept, as the server said, or the SOA when there are no records (RFC 2308 5)."""
    is_authenticated: bool = False
    """Whether the server says that it has verified the answer (AD, RFC 4035 3.2.3)."""
    has_soa: bool = False
    """Whether an SOA record came with it, in the answer or the authority section."""
    canonical: str = ""
    """Of what was found: the name where its aliases lead, lower case, without the final dot; empty for ANY."""

    @property
    def texts(self) -> tuple[str, ...]:
        """The addresses or names among the records."""
        return tuple(record for record in self.records if isinstance(record, str))

    @property
    def mx(self) -> tuple[Mx, ...]:
        """The MX records."""
        return tuple(record for record in self.records if isinstance(record, Mx))


@dataclass(frozen=True, slots=True)
class Budget:
    """How long look-ups may take."""

    timeout_seconds: float
    """For one try (row 24)."""
    attempts: int
    """Tries of one query (row 25)."""
    deadline: float
    """When the look-ups of this command end, by the event loop's clock."""

    @classmethod
    def of_command(cls, timeout_seconds: float, attempts: int, now: float) -> "Budget":
        """Give the budget of a command that has come `now`, by the event loop's clock."""
        return cls(timeout_seconds, attempts, now + COMMAND_SECONDS)


class Resolver(Protocol):
    """Asks DNS."""

    async def query(self, name: str, rdtype: str, *, budget: Budget) -> Answer:
        """Ask for the records of type `rdtype` (`A`, `MX`, `ANY` ...) of `name`, in A-labels, never relative.

        Every outcome is an answer; nothing is raised. Ends at the budget's deadline.
        """
