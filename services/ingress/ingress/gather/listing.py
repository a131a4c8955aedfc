"""In which block lists the client is: asked for once per connection, unless the lists change meanwhile."""

from ingress.transaction import Visit
from mailcore.dns.block_list import listings
from mailcore.dns.interface import Budget, Resolver
from maildecide.session.facts import ListingFacts


async def listing_facts(
    resolver: Resolver, visit: Visit, zones: tuple[str, ...], ip: str, budget: Budget
) -> ListingFacts:
    """Gather which of `zones` list the client's address."""
    if visit.listed is None or visit.listed[0] != zones:
        visit.listed = zones, await listings(resolver, zones, ip, budget)
    return ListingFacts(visit.listed[1])
