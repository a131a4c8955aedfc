"""Empties the broker's own dead-letter queue into the table: what it gave up redelivering is shown and replayed too.

No logic relies on the broker's count; this is the last net below messages that killed every consumer they met.
"""

from mailcore.bus.interface import Delivery
from mailcore.errors import Transient
from processor.outage import Outage
from processor.setbacks import Setbacks

_REASON = "the broker gave it up: it was delivered too often without an end"


class DeadLetterDrain:
    """The handler of the dead-letter queue."""

    def __init__(self, setbacks: Setbacks, outage: Outage) -> None:
        self._setbacks = setbacks
        self._outage = outage

    async def handle(self, delivery: Delivery) -> None:
        """Settle one delivery, however long the database is away: it waits here as well as there."""
        if not delivery.body:
            # A hint: its job is in the table.
            await delivery.done()
            return
        while True:
            try:
                await self._setbacks.bury(delivery, _REASON)
            except Transient as error:
                await self._outage.sit_out(error, None)
            else:
                return
