"""Whether the author's domain stands by a message, and what it wants done when it does not (RFC 7489)."""

from collections.abc import Sequence
from dataclasses import dataclass

from mailcore.authentication.dmarc_record import DmarcRecord, only_record
from mailcore.authentication.domains import is_aligned, organizational_domain
from mailcore.authentication.questions import NoAnswer, Questions
from mailcore.authentication.results import (
    AuthorPolicy,
    DkimVerdict,
    DmarcPolicy,
    DmarcResult,
    DmarcVerdict,
    SpfVerdict,
    brief,
)


@dataclass(frozen=True, slots=True)
class DomainPolicy:
    """What is published for a domain."""

    domain: str
    """That of `From:`."""
    record: DmarcRecord | None = None
    """None: nothing is."""
    policy: DmarcPolicy = "none"
    """What holds for this domain."""
    trouble: str = ""
    """Why it could not be found out; empty where it could."""
    is_temporary: bool = False
    """Whether it may be found out later."""


async def published_policy(domain: str, questions: Questions) -> DomainPolicy:
    """Ask for the policy of a domain: its own record, or else that of its organisation (RFC 7489 6.6.3).

    That nobody could say, or that what is there cannot be read, is `trouble`.
    """
    organization = organizational_domain(domain)
    try:
        record = only_record(await questions.texts(f"_dmarc.{domain}"))
        if record is not None:
            return DomainPolicy(domain, record, record.policy)
        if organization == domain:
            return DomainPolicy(domain)
        record = only_record(await questions.texts(f"_dmarc.{organization}"))
    except NoAnswer as error:
        return DomainPolicy(domain, trouble=f"no answer from DNS: {error}", is_temporary=True)
    except ValueError as error:
        return DomainPolicy(domain, trouble=brief(f"the record is malformed: {error}"))
    return DomainPolicy(domain) if record is None else DomainPolicy(domain, record, record.subdomain_policy)


def vouches(domain: str, spf: SpfVerdict, dkim: Sequence[DkimVerdict], record: DmarcRecord | None = None) -> bool:
    """Whether SPF or a signature passes for `domain`, as closely as its record wants."""
    strict_spf, strict_dkim = (record.strict_spf, record.strict_dkim) if record else (False, False)
    if spf.result == "pass" and is_aligned(spf.domain, domain, strictly=strict_spf):
        return True
    return any(one.result == "pass" and is_aligned(one.domain, domain, strictly=strict_dkim) for one in dkim)


def judge(published: DomainPolicy, spf: SpfVerdict, dkim: Sequence[DkimVerdict], lot: int) -> DmarcVerdict:
    """Judge a message of one author. `lot`: 0 to 99, by which `pct` samples."""
    domain, record = published.domain, published.record
    if record is None:
        result: DmarcResult = "temperror" if published.is_temporary else "permerror" if published.trouble else "none"
        return DmarcVerdict(result, domain, reason=published.trouble or "the domain has no policy")
    if vouches(domain, spf, dkim, record):
        return DmarcVerdict("pass", domain, published=published.policy)
    if spf.result == "temperror" and is_aligned(spf.domain, domain, strictly=record.strict_spf):
        return DmarcVerdict("temperror", domain, published=published.policy, reason="SPF could not be evaluated")
    for one in dkim:
        if is_aligned(one.domain, domain, strictly=record.strict_dkim):
            if one.result == "temperror":
                return DmarcVerdict("temperror", domain, published=published.policy, reason=one.reason)
            if one.skipped:
                return DmarcVerdict("permerror", domain, published=published.policy, reason=one.reason)
    policy = published.policy if lot < record.percentage else _milder(published.policy)
    return DmarcVerdict("fail", domain, policy, published.policy, "nothing vouches for the domain of From")


def worst(verdicts: Sequence[DmarcVerdict]) -> DmarcVerdict:
    """Give what holds for a message of several authors: the strictest (RFC 7489 6.6.1)."""
    return max(verdicts, key=lambda verdict: (_STRICTNESS[verdict.policy], _WORST_LAST.index(verdict.result)))


def strictest(published: Sequence[DomainPolicy]) -> AuthorPolicy:
    """Give what the domains of a message's authors ask others to do with mail that fails, however they sample it."""
    policies: list[AuthorPolicy] = ["unknown" if one.is_temporary else one.policy for one in published]
    return max(policies, key=_WEIGHT.index, default="none")


def stands_for(domain: str, published: Sequence[DomainPolicy]) -> bool:
    """Whether a signature of `domain` is enough for every author, as closely as each wants, or may want."""
    return bool(published) and all(
        is_aligned(domain, one.domain, strictly=one.record.strict_dkim if one.record else one.is_temporary)
        for one in published
    )


_WEIGHT = ("none", "unknown", "quarantine", "reject")
_STRICTNESS = {"none": 0, "quarantine": 1, "reject": 2}
_WORST_LAST = ("none", "pass", "permerror", "temperror", "fail")


def _milder(policy: DmarcPolicy) -> DmarcPolicy:
    """Give what is done with mail that the sample leaves out (RFC 7489 6.6.4)."""
    return "quarantine" if policy == "reject" else "none"
