"""Servers that several domains share by the settings, a smarthost or a route: one that fails rests for all of them.

Each domain rests by itself too, so that few of its jobs come here meanwhile.
"""

from mailcore.db import destinations
from mailcore.db.database import Database
from mailcore.db.destinations import SHARED, Destination
from mailcore.settings import DeliverySettings
from processor.outbound.routing import domain_table


def shared_server(domain: str, settings: DeliverySettings) -> str | None:
    """Give under what name it is known whether the server works that the settings name for `domain`; None: none."""
    endpoint = domain_table.find(settings.routes, domain) or settings.smarthost
    return None if endpoint is None else f"{SHARED}{endpoint}"


async def resting(database: Database, domain: str, settings: DeliverySettings, now: float) -> Destination | None:
    """Give what rests, of a domain and the server that it shares; None: whoever asks may try. Raises DatabaseAway.

    After the rest of a server that is shared, one tries, and the others learn from him.
    """
    name = shared_server(domain, settings)
    async with database.read() as conn:
        known = await destinations.read(conn, domain)
        shared = Destination() if name is None else await destinations.read(conn, name)
    for one in (known, shared):
        if one.not_before > now:
            return one
    if name is None or not shared.failures:
        return None
    async with database.transaction() as conn:
        is_first = await destinations.probe(conn, name, shared, first_rest=settings.backoff_seconds, now=now)
    return None if is_first else shared
