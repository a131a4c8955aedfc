"""Counts what came of TLS and writes it down now and then: many sessions make one row.

What is lost in a crash is missing in a report, and nowhere else.
"""

from collections import Counter
from collections.abc import Callable

from mailcore.db import tls_results
from mailcore.db.database import Database
from mailcore.db.tls_results import Outcome, day_of
from mailcore.metrics import Metrics
from processor.outbound.client.answer import TlsFailed
from processor.outbound.client.opening import Server
from processor.outbound.tls.policy import Fault, Policy

WRITE_SECONDS = 10.0
_MOST = 50_000
"""Ways it went that are remembered until they can be written down."""


class TlsBook:
    """Knows what is to be written."""

    def __init__(
        self, database: Database, metrics: Metrics, *, days: Callable[[], int], clock: Callable[[], float]
    ) -> None:
        """`days`: for how many days the settings have it kept; 0: not at all."""
        self._database = database
        self._metrics = metrics
        self._days = days
        self._clock = clock
        self._seen: Counter[Outcome] = Counter()

    def note_session(self, server: Server, failed: TlsFailed | None) -> None:
        """Note how a session with `server` came under TLS, or that it `failed` to."""
        if failed is None:
            self._note(server.policy)
            return
        self._note(
            server.policy,
            failed.kind,
            mx_host=server.name,
            receiving_ip=server.address,
            sending_ip=failed.local_ip,
            reason=str(failed.answer.reply or failed.answer.why),
        )

    def note_fault(self, fault: Fault) -> None:
        """Note what could not be met or used without any session."""
        self._note(fault.policy, fault.type, mx_host=fault.mx_host, reason=fault.why)

    async def write(self) -> None:
        """Write down what was noted since the last time. Raises DatabaseAway; then it is kept."""
        seen, self._seen = self._seen, Counter()
        if not seen:
            return
        try:
            async with self._database.transaction() as connection:
                await tls_results.add(connection, seen)
        except BaseException:
            # Also when it is cut short.
            self._seen.update(seen)
            raise

    def _note(self, policy: Policy, result_type: str = "", **detail: str) -> None:
        self._metrics.tls.labels(policy.type, result_type or "ok").inc()
        if not policy.domain or self._days() == 0:
            return
        outcome = Outcome(
            day_of(self._clock()),
            policy.domain,
            policy.type,
            "\n".join(policy.strings),
            result_type=result_type,
            **detail,
        )
        if outcome in self._seen or len(self._seen) < _MOST:
            self._seen[outcome] += 1
