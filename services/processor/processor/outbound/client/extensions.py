"""What a server says it can do, in its reply to EHLO (RFC 5321 4.1.1.1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mailcore.replies import Reply


@dataclass(frozen=True, slots=True)
class Extensions:
    """Keywords in capitals with their parameters. Empty after HELO."""

    offered: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, reply: Reply) -> "Extensions":
        """Read them from the reply to EHLO; its first line is the server's name."""
        offered: dict[str, str] = {}
        for line in reply.text.split("\n")[1:]:
            keyword, _, parameters = line.strip().partition(" ")
            # `AUTH=LOGIN` is how some announce AUTH to clients that were old long ago.
            if keyword and not keyword.upper().startswith("AUTH="):
                offered[keyword.upper()] = parameters.strip()
        return cls(offered)

    def __contains__(self, keyword: str) -> bool:
        return keyword in self.offered

    def without(self, keyword: str) -> "Extensions":
        """Give them as if `keyword` were not offered."""
        return Extensions({offered: text for offered, text in self.offered.items() if offered != keyword})

    @property
    def size(self) -> int | None:
        """Most octets of a message (RFC 1870); None: no limit was named."""
        text = self.offered.get("SIZE", "")
        return int(text) or None if text.isascii() and text.isdigit() else None

    @property
    def mechanisms(self) -> frozenset[str]:
        """SASL mechanisms (RFC 4954)."""
        return frozenset(self.offered.get("AUTH", "").upper().split())
