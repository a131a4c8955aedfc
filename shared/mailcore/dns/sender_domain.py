"""Whether a sender's domain exists in DNS (row 12)."""

from typing import Literal

from mailcore.dns.interface import Budget, Resolver

Lookup = Literal["basic", "mx", "soa"]
SenderDomain = Literal["exists", "missing", "null_mx", "no_answer"]
"""`null_mx`: it exists and says that it takes no mail (RFC 7505), so that nobody can answer what comes from there."""


async def sender_domain(resolver: Resolver, domain: str, lookup: Lookup, budget: Budget) -> SenderDomain:
    """Look `domain` (A-labels) up in the way row 12 says."""
    match lookup:
        case "basic":
            return await _by_any(resolver, domain, budget)
        case "soa":
            return await _by_soa(resolver, domain, budget)
        case "mx":
            return await _by_mx(resolver, domain, budget)


async def _by_any(resolver: Resolver, domain: str, budget: Budget) -> SenderDomain:
    """Judge by the response code alone: many servers answer ANY minimally (RFC 8482)."""
    match (await resolver.query(domain, "ANY", budget=budget)).status:
        case "no_name":
            return "missing"
        case "no_answer":
            return "no_answer"
        case _:
            return "exists"


async def _by_soa(resolver: Resolver, domain: str, budget: Budget) -> SenderDomain:
    answer = await resolver.query(domain, "SOA", budget=budget)
    if answer.status == "no_name":
        return "missing"
    return "exists" if answer.has_soa else "no_answer"


async def _by_mx(resolver: Resolver, domain: str, budget: Budget) -> SenderDomain:
    """Look for MX, then A, then AAAA, and ask no further than the first that there is."""
    mail = await resolver.query(domain, "MX", budget=budget)
    if mail.status == "found":
        return "null_mx" if all(mx.host == "." for mx in mail.mx) else "exists"
    asked = [mail.status]
    for rdtype in ("A", "AAAA"):
        answer = await resolver.query(domain, rdtype, budget=budget)
        if answer.status == "found":
            return "exists"
        asked.append(answer.status)
    return "no_answer" if "no_answer" in asked else "missing"
