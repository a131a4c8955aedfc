"""Which MTA-STS policy holds for a domain: the one that all replicas keep, or a newer one, fetched over HTTPS.

A policy that was seen holds until it is too old, whatever DNS and the web server say meanwhile: whoever stands between
must not be able to make it go away (RFC 8461 5.1, 10.2).
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from mailcore.db import sts_policies
from mailcore.db.database import Database
from mailcore.db.sts_policies import KeptPolicy
from mailcore.dns.interface import Budget, Resolver
from mailcore.dns.sharing import SharedWork
from mailcore.errors import DatabaseAway, Malformed
from processor.outbound.tls.https import Https, HttpsFailed
from processor.outbound.tls.policy import FailureType, Fault, Policy
from processor.outbound.tls.sts_policy import MOST_OCTETS, StsPolicy, announced_id, read_policy

_RETRY_SECONDS = 300.0
"""After a policy could not be had (RFC 8461 3.3: five minutes or more)."""
_RENEW_SECONDS = 86_400.0
"""After this, a policy is fetched anew although its id is the same, so that it does not grow too old."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """What holds for a domain."""

    policy: StsPolicy | None = None
    fault: Fault | None = None
    """What went wrong with a newer one."""


class StsPolicies:
    """Finds policies."""

    def __init__(self, database: Database, resolver: Resolver, https: Https, clock: Callable[[], float]) -> None:
        self._database = database
        self._resolver = resolver
        self._https = https
        self._clock = clock
        self._fetching: SharedWork[str, Found] = SharedWork()

    async def find(self, domain: str, budget: Budget) -> Found:
        """Give the policy of `domain` (A-labels). Raises DatabaseAway: then nobody knows what was promised."""
        answer, kept = await asyncio.gather(
            self._resolver.query(f"_mta-sts.{domain}", "TXT", budget=budget), self._kept(domain)
        )
        policy_id = announced_id(record for record in answer.records if isinstance(record, bytes))
        now = self._clock()
        if policy_id is None or not _is_to_fetch(kept, policy_id, now):
            return Found(_still_holding(kept, now))
        return await self._fetching.join(domain, lambda: self._fetch(domain, policy_id, kept))

    async def _kept(self, domain: str) -> KeptPolicy:
        async with self._database.read() as conn:
            return await sts_policies.read(conn, domain)

    async def _fetch(self, domain: str, policy_id: str, kept: KeptPolicy) -> Found:
        host = f"mta-sts.{domain}"
        try:
            content_type, octets = await self._https.get(host, "/.well-known/mta-sts.txt", most=MOST_OCTETS)
            text = octets.decode("utf-8", "replace")
            policy = read_policy(text, content_type)
        except HttpsFailed as error:
            kind: FailureType = "sts-webpki-invalid" if error.is_certificate else "sts-policy-fetch-error"
            return await self._failed(domain, kept, kind, str(error))
        except Malformed as error:
            return await self._failed(domain, kept, "sts-policy-invalid", str(error))
        now = self._clock()
        try:
            async with self._database.transaction() as conn:
                await sts_policies.put(conn, domain, policy_id, text, expires_at=now + policy.max_age, now=now)
        except DatabaseAway as error:
            log.warning("an MTA-STS policy cannot be kept", domain=domain, reason=str(error))
        return Found(_in_force(policy))

    async def _failed(self, domain: str, kept: KeptPolicy, kind: FailureType, why: str) -> Found:
        now = self._clock()
        log.info("no MTA-STS policy", domain=domain, reason=why)
        try:
            async with self._database.transaction() as conn:
                await sts_policies.failed(conn, domain, why, retry_at=now + _RETRY_SECONDS, now=now)
        except DatabaseAway as error:
            log.warning("that there is no MTA-STS policy cannot be kept", domain=domain, reason=str(error))
        policy = _still_holding(kept, now)
        told = Policy("no-policy-found", domain) if policy is None else sts(policy, domain)
        return Found(policy, Fault(replace(told, type="sts"), kind, why))


def sts(policy: StsPolicy, domain: str) -> Policy:
    """Give a policy as what a domain demands."""
    return Policy("sts", domain, policy.lines, is_testing=policy.mode == "testing")


def _is_to_fetch(kept: KeptPolicy, policy_id: str, now: float) -> bool:
    if kept.retry_at > now:
        return False
    is_same = bool(kept.policy) and kept.policy_id == policy_id
    return not is_same or kept.expires_at <= now or now - kept.fetched_at >= _RENEW_SECONDS


def _still_holding(kept: KeptPolicy, now: float) -> StsPolicy | None:
    if not kept.policy or kept.expires_at <= now:
        return None
    try:
        policy = read_policy(kept.policy, "text/plain")
    except Malformed as error:
        # It was read when it was fetched: this version reads policies otherwise than the one that kept it.
        log.warning("an MTA-STS policy that was kept cannot be read", reason=str(error))
        return None
    return _in_force(policy)


def _in_force(policy: StsPolicy) -> StsPolicy | None:
    return None if policy.mode == "none" else policy
