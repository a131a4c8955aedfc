"""Counts the recipients that an account sends to, where the setting `recipients_per_account_hour` limits them.

Called by `handler` when nothing else stands against a recipient, so that only those that are accepted are counted.
"""

from collections.abc import Callable

from mailcore.db.send_rate import SendRate
from mailcore.settings import RuntimeSettings
from maildecide.session import stages
from maildecide.session.facts import AllowanceFacts, ClientFacts
from maildecide.session.stages import Refusal


class Allowance:
    """Takes recipients from what an account may send to."""

    def __init__(self, rate: SendRate, now: Callable[[], float]) -> None:
        self._rate = rate
        self._now = now

    async def judge(self, client: ClientFacts, settings: RuntimeSettings) -> Refusal | None:
        """Count one recipient of an authenticated client, or say why not. Raises DatabaseAway."""
        most = settings.smtp.recipients_per_account_hour
        if client.account is None or not most:
            return None
        is_within = await self._rate.take(client.account, most, self._now())
        return stages.first_refusal(stages.RCPT_ALLOWANCE, AllowanceFacts(client, is_within), settings)
