"""What the access rules say of a client. DNS is asked for its names only where they could decide."""

import asyncio

from ingress.gather.budget import command_budget
from ingress.gather.client_name import client_names
from ingress.transaction import Visit
from mailcore.dns.interface import Budget, Resolver
from mailcore.dns.reverse import forward_confirmed
from maildecide.session.access import AccessRules, AccessVerdict, HostNames


async def access_verdict(
    rules: AccessRules, resolver: Resolver, visit: Visit, ip: str, now: float
) -> tuple[AccessVerdict, bool]:
    """Judge the client at `now`, in seconds since the epoch; say too whether DNS answered all that was asked."""
    if not rules.needs_names(ip, now):
        return rules.judge(ip, now), True
    budget = command_budget(visit)
    found = await client_names(resolver, visit, ip, budget)
    wanted = rules.needs_confirmed(ip, now, found.names)
    confirmed, all_answered = await _confirmed(resolver, ip, wanted, budget)
    host = HostNames(found.names, confirmed)
    return rules.judge(ip, now, host), all_answered and found.status != "no_answer"


async def _confirmed(
    resolver: Resolver, ip: str, names: tuple[str, ...], budget: Budget
) -> tuple[frozenset[str], bool]:
    verdicts = await asyncio.gather(*(forward_confirmed(resolver, ip, name, budget) for name in names))
    confirmed = frozenset(name for name, verdict in zip(names, verdicts, strict=True) if verdict == "confirmed")
    return confirmed, "no_answer" not in verdicts
