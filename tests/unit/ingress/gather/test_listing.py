from tests.fakes.resolver import BUDGET, ScriptedResolver, found

from ingress.gather.listing import listing_facts
from ingress.transaction import Visit
from mailcore.db.settings_store import Snapshot
from mailcore.settings import RuntimeSettings


async def test_lists_are_asked_once_per_connection_unless_they_change() -> None:
    visit = Visit(Snapshot(1, RuntimeSettings()))
    resolver = ScriptedResolver({"1.2.0.192.b.test A": found("127.0.0.2")})
    for zones, listed, queries in [
        (("a.test", "b.test"), ("b.test",), 2),
        (("a.test", "b.test"), ("b.test",), 2),
        (("a.test",), (), 3),
        (("a.test",), (), 3),
    ]:
        facts = await listing_facts(resolver, visit, zones, "192.0.2.1", BUDGET)
        assert facts.zones == listed
        assert len(resolver.queries) == queries
