"""How long the look-ups of a command may take."""

import asyncio

from ingress.transaction import Visit
from mailcore.dns.interface import Budget


def command_budget(visit: Visit) -> Budget:
    """Give the budget of a command whose look-ups begin now, by rows 24 and 25 as the connection began with them."""
    smtp = visit.snapshot.settings.smtp
    return Budget.of_command(smtp.dns_timeout_seconds, smtp.dns_attempts, asyncio.get_running_loop().time())
