"""How mail to a domain's servers has to be protected, host by host: as the settings say, or as the domain demands.

DANE goes before MTA-STS (RFC 8461 2). Where the MX records themselves are not verified, DANE still tells whether a host
is itself, and MTA-STS whether it is one of the domain's.
"""

from base64 import b16encode
from dataclasses import dataclass, field

from mailcore.dns.interface import Budget, Resolver, Tlsa
from processor.outbound.client.answer import Answer
from processor.outbound.client.opening import Server, TlsUse
from processor.outbound.routing.addresses import HostAddresses
from processor.outbound.tls import sts
from processor.outbound.tls.policy import FailureType, Fault, Policy
from processor.outbound.tls.sts_policy import StsPolicy
from processor.outbound.tls.tlsa import NOTHING, TlsaFound, tlsa_of


@dataclass(slots=True)
class Guard:
    """Makes servers of hosts, and remembers what could not be met."""

    resolver: Resolver
    domain: str
    """Whose mail it is; empty: a host of the settings, of which nothing is reported."""
    port: int
    tls: TlsUse
    """The least, by the settings."""
    dane: bool = False
    sts: StsPolicy | None = None
    is_mx_secure: bool = False
    """Whether the records that name the hosts are verified."""
    faults: list[Fault] = field(default_factory=list)
    hindrance: Answer | None = None
    """Why a host was passed over."""

    async def servers(self, host: HostAddresses, budget: Budget) -> list[Server]:
        """Give the servers of `host`; none where nothing may be sent to it."""
        if not host.addresses:
            return []
        found = await self._tlsa(host, budget) if self.dane else NOTHING
        if not found.is_known:
            why = f"the TLSA records of {host.name} cannot be looked up now, or are bogus"
            return self._passed_over(host, Policy("tlsa", self.domain), "dnssec-invalid", why)
        if found.records:
            return self._by_dane(host, found)
        return self._by_sts(host, self.sts) if self.sts is not None else self._servers(host, self._nothing())

    async def _tlsa(self, host: HostAddresses, budget: Budget) -> TlsaFound:
        names = (self.domain,) if self.domain else ()
        return await tlsa_of(self.resolver, host, self.port, names, budget)

    def _by_dane(self, host: HostAddresses, found: TlsaFound) -> list[Server]:
        # Records that nobody vouches for may name any host, and that host may well have TLSA records.
        policy = self.sts
        if policy is not None and not self.is_mx_secure and policy.mode == "enforce" and not policy.names(host.name):
            return self._by_sts(host, policy)
        demands = Policy("tlsa", self.domain, tuple(map(_text, found.records)))
        if found.anchors is None:
            self._note(Fault(demands, "tlsa-invalid", f"no TLSA record of {host.name} can be used", host.name))
            # RFC 7672 2.2: that they are there demands TLS.
            return self._servers(host, demands, "required")
        return [
            Server(host.name, address, self.port, "verified", anchors=found.anchors, policy=demands)
            for address in host.addresses
        ]

    def _by_sts(self, host: HostAddresses, policy: StsPolicy) -> list[Server]:
        demands = sts.sts(policy, self.domain)
        if not policy.names(host.name):
            why = f"{host.name} is not named by the MTA-STS policy of {self.domain}"
            if policy.mode == "enforce":
                return self._passed_over(host, demands, "validation-failure", why)
            self._note(Fault(demands, "validation-failure", why, host.name))
            return self._servers(host, self._nothing())
        otherwise = self.tls if policy.mode == "testing" else None
        return [
            Server(host.name, address, self.port, "verified", otherwise=otherwise, policy=demands)
            for address in host.addresses
        ]

    def _servers(self, host: HostAddresses, policy: Policy, tls: TlsUse | None = None) -> list[Server]:
        return [Server(host.name, address, self.port, tls or self.tls, policy=policy) for address in host.addresses]

    def _passed_over(self, host: HostAddresses, policy: Policy, kind: FailureType, why: str) -> list[Server]:
        self._note(Fault(policy, kind, why, host.name))
        self.hindrance = self.hindrance or Answer("tls", why=why, status="4.7.5")
        return []

    def _note(self, fault: Fault) -> None:
        if self.domain:
            self.faults.append(fault)

    def _nothing(self) -> Policy:
        return Policy(domain=self.domain)


def _text(record: Tlsa) -> str:
    return f"{record.usage} {record.selector} {record.matching_type} {b16encode(record.data).decode()}"
