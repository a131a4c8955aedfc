"""The client's name in DNS: asked for once per connection, and only when something needs it."""

from ingress.transaction import Visit
from mailcore.dns.interface import Budget, Resolver
from mailcore.dns.reverse import ReverseNames, confirmed_name, reverse
from mailcore.settings import RuntimeSettings
from maildecide.session.facts import ReverseFacts


async def client_names(resolver: Resolver, visit: Visit, ip: str, budget: Budget) -> ReverseNames:
    """Give the names of the client's address, which are remembered; that nobody could say is not."""
    if visit.names is not None:
        return visit.names
    names = await reverse(resolver, ip, budget)
    if names.status != "no_answer":
        visit.names = names
    return names


async def reverse_facts(
    resolver: Resolver, visit: Visit, ip: str, budget: Budget, settings: RuntimeSettings
) -> ReverseFacts:
    """Gather what the reverse-DNS check needs to know: whether a name leads back is asked only where it matters."""
    names = await client_names(resolver, visit, ip, budget)
    if names.status != "found":
        return ReverseFacts(names.status)
    if settings.smtp.reverse_dns != "must_match":
        return ReverseFacts("named")
    if visit.confirmed_name is not None:
        return ReverseFacts("matches")
    visit.confirmed_name, verdict = await confirmed_name(resolver, ip, names.names, budget)
    return ReverseFacts("matches" if verdict == "confirmed" else verdict)
