"""What was found out about where a message is from (RFC 8601 2.7). Made by ingress; travels with the message."""

from typing import Literal

import msgspec

SpfResult = Literal["none", "neutral", "pass", "fail", "softfail", "temperror", "permerror"]
DkimResult = Literal["none", "pass", "fail", "policy", "neutral", "temperror", "permerror"]
DmarcResult = Literal["none", "pass", "fail", "temperror", "permerror"]
DmarcPolicy = Literal["none", "quarantine", "reject"]
AuthorPolicy = DmarcPolicy | Literal["unknown"]
ArcResult = Literal["none", "pass", "fail"]

_DKIM_BEST_FIRST: tuple[DkimResult, ...] = ("pass", "temperror", "fail", "policy", "permerror", "neutral")


MOST_REASON = 200


def brief(reason: str) -> str:
    """Give a reason that may hold what a sender wrote, cut where it grows too long to travel."""
    return reason if len(reason) <= MOST_REASON else reason[: MOST_REASON - 3] + "..."


class SpfVerdict(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the records of the sender's domain say of the client (RFC 7208)."""

    result: SpfResult = "none"
    domain: str = ""
    """Whose record was asked: the domain of the envelope sender, or of HELO where that is the null sender."""
    by_helo: bool = False
    """Whether it was that of HELO."""
    reason: str = ""
    """What decided, for people."""


class DkimVerdict(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one signature is worth (RFC 6376)."""

    result: DkimResult
    domain: str = ""
    """Who signed (`d=`), in A-labels."""
    selector: str = ""
    algorithm: str = ""
    fingerprint: str = ""
    """How `b=` begins, which tells signatures of one domain apart (RFC 6008)."""
    reason: str = ""
    """What decided, for people."""
    skipped: bool = False
    """Whether it was left unverified because the message is too large."""


class DmarcVerdict(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whether the author's domain stands by the message, and what it wants done otherwise (RFC 7489)."""

    result: DmarcResult = "none"
    domain: str = ""
    """That of `From:`, in A-labels."""
    policy: DmarcPolicy = "none"
    """What the domain asks for mail that fails, sampled by its `pct`."""
    published: DmarcPolicy | Literal[""] = ""
    """What its record says; empty where it has none."""
    reason: str = ""
    """What decided, for people."""


class ArcVerdict(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whether what earlier servers say they found can be believed to be theirs (RFC 8617)."""

    result: ArcResult = "none"
    sealer: str = ""
    """Who sealed last."""
    sets: int = 0
    """How many have sealed."""
    reason: str = ""
    """What decided, for people."""


class Authentication(msgspec.Struct, frozen=True, omit_defaults=True):
    """All of it, of one message."""

    spf: SpfVerdict = SpfVerdict()
    dkim: tuple[DkimVerdict, ...] = ()
    """One for each signature that was looked at, from the top."""
    dmarc: DmarcVerdict = DmarcVerdict()
    arc: ArcVerdict = ArcVerdict()
    is_aligned: bool = False
    """Whether SPF or a signature vouches for the domain of `From:`, whatever record that has."""
    vouches_for_sender: bool = False
    """Whether SPF or a signature vouches for the domain of the envelope sender."""
    author_policy: AuthorPolicy = "none"
    """What the domains of `From:` publish for mail that fails, the strictest; `unknown`: DNS did not say of one."""
    author_signatures: tuple[bytes, ...] = ()
    """Of each signature that verified and stands for all of `From:`, where that policy asks for something: the SHA-256
    of what it signs in the header section. A later form of the message with that digest and that body has it still."""

    @property
    def dkim_result(self) -> DkimResult:
        """What all signatures together are worth: as much as the best of them."""
        results = {verdict.result for verdict in self.dkim}
        return next((result for result in _DKIM_BEST_FIRST if result in results), "none")
