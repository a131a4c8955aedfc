"""Judges logins: who has guessed wrong too often is not even heard, everybody else by name and password.

Called by `handler`. What counts is shared by all replicas (`mailcore.db.login_failures`); within this process the
attempts from one address are judged one after the other, so that none of them runs ahead of the count.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ingress.logins import Logins
from ingress.turnstile import Turnstile
from mailcore.db.login_failures import LoginFailures, LoginHistory, LoginOrigin, origin_of
from mailcore.db.settings_store import Snapshot
from maildecide.session import stages
from maildecide.session.facts import AttemptFacts, ClientFacts, LoginFacts
from maildecide.session.stages import Refusal


@dataclass(frozen=True, slots=True)
class LoginVerdict:
    """What becomes of a login."""

    account: str
    """The account of that name; empty when there is none: then the name may be a password, and is nobody's to know."""
    refusal: Refusal | None


class LoginDesk:
    """Takes names and passwords."""

    def __init__(
        self, logins: Logins, failures: LoginFailures, snapshot: Callable[[], Snapshot], now: Callable[[], float]
    ) -> None:
        self._logins = logins
        self._failures = failures
        self._snapshot = snapshot
        self._now = now
        self._turnstile = Turnstile()

    async def judge(self, client: ClientFacts, name: str, password: str) -> LoginVerdict:
        """Judge a login. Raises DatabaseAway."""
        account = await self._logins.account_of(name)
        origin = origin_of(client.ip, account, name)
        async with self._turnstile.turn(origin.address):
            settings = self._snapshot().settings
            history = await self._failures.history(origin, settings.smtp.login_failure_window_minutes, self._now())
            refusal = stages.first_refusal(stages.AUTH_ATTEMPT, _facts(client, history), settings)
            refusal = refusal or await self._compare(client, origin, history, name, password)
        return LoginVerdict(account or "", refusal)

    async def _compare(
        self, client: ClientFacts, origin: LoginOrigin, history: LoginHistory, name: str, password: str
    ) -> Refusal | None:
        attempt = await self._logins.attempt(name, password)
        facts = LoginFacts(client, attempt.account, password_is_right=attempt.is_right)
        refusal = stages.first_refusal(stages.AUTH, facts, self._snapshot().settings)
        if refusal is None:
            await self._failures.succeeded(origin, history, self._now())
        else:
            await self._failures.failed(origin, self._now())
        return refusal


def _facts(client: ClientFacts, history: LoginHistory) -> AttemptFacts:
    return AttemptFacts(
        client=client,
        from_address=history.from_address,
        from_network=history.from_network,
        from_both=history.from_both,
        is_known_network=history.used_at is not None,
    )
