"""What clients were told of each transaction, and what became of it in the mailboxes."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.durability.letters import Letter, token_in

SLOW_SECONDS = 15.0
"""Clients are promised a reply within this time, whatever is away."""


@dataclass
class Ledger:
    """Kept by the clients."""

    letters: dict[str, Letter] = field(default_factory=dict)
    """By token: everything whose data was begun to be sent."""
    accepted: set[str] = field(default_factory=set)
    """The tokens of what was answered 250."""
    put_off: Counter[str] = field(default_factory=Counter)
    """4xx replies."""
    refused: Counter[str] = field(default_factory=Counter)
    """5xx replies: nobody deserves one."""
    slow: list[str] = field(default_factory=list)
    """Commands that were answered late or not at all while the connection stood."""

    def hear(self, command: str, reply: str, seconds: float) -> None:
        """Write a reply down; empty: none came."""
        if seconds > SLOW_SECONDS:
            self.slow.append(f"{command}: {reply!r} after {seconds:.1f} s")
        if reply.startswith("4"):
            self.put_off[reply] += 1
        elif reply.startswith("5"):
            self.refused[reply] += 1


@dataclass(frozen=True)
class Findings:
    """The words of `docs/architecture.md`, as lists of what they are about."""

    lost: list[str]
    """Answered 250 and not in every recipient's mailbox."""
    repeated: list[str]
    """One transaction twice in one mailbox."""
    invented: list[str]
    """Sent by nobody, or to nobody there."""
    damaged: list[str]
    """Not what was sent, octet for octet."""
    unanswered: int
    """In a mailbox without a 250, which is nobody's fault."""


def examine(ledger: Ledger, mailboxes: Mapping[str, Iterable[Path]]) -> Findings:
    """Compare the ledger with the files of each address's mailbox."""
    copies: Counter[tuple[str, str]] = Counter()
    invented, damaged = [], []
    for address, files in mailboxes.items():
        for file in files:
            stored = file.read_bytes()
            letter = ledger.letters.get(token_in(stored))
            if letter is None or address not in letter.recipients:
                invented.append(str(file))
                continue
            copies[letter.token, address] += 1
            if not letter.is_in(stored):
                damaged.append(str(file))
    wanted = {(token, address) for token in ledger.accepted for address in ledger.letters[token].recipients}
    return Findings(
        lost=[f"{token} for {address}" for token, address in sorted(wanted - copies.keys())],
        repeated=[f"{token} for {address}: {count}" for (token, address), count in copies.items() if count > 1],
        invented=invented,
        damaged=damaged,
        unanswered=len({token for token, _ in copies} - ledger.accepted),
    )
