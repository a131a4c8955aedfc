import asyncio

from tests.builders import smtp_settings

from ingress.gather.budget import command_budget
from ingress.transaction import Visit
from mailcore.db.settings_store import Snapshot


async def test_a_command_has_what_the_connection_began_with() -> None:
    now = asyncio.get_running_loop().time()
    budget = command_budget(Visit(Snapshot(1, smtp_settings(dns_timeout_seconds=60, dns_attempts=9))))
    assert (budget.timeout_seconds, budget.attempts) == (60, 9)
    assert now + 240 <= budget.deadline < now + 241
