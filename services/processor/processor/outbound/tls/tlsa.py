"""The TLSA records of a mail server, where DNSSEC vouches for them (RFC 7672 2.2).

That an answer was verified is taken from the resolver's AD bit: it has to be one that validates, over a way that
nobody else can write on. What it finds bogus it does not answer at all (SERVFAIL).
"""

from dataclasses import dataclass

from mailcore.dns.interface import Answer, Budget, Resolver, Tlsa
from processor.outbound.routing.addresses import HostAddresses
from processor.outbound.tls.dane import Anchors, usable


@dataclass(frozen=True, slots=True)
class TlsaFound:
    """What a server's TLSA records say."""

    is_known: bool = True
    """False: nobody could say whether there are any; nothing may be sent there (RFC 7672 2.1)."""
    records: tuple[Tlsa, ...] = ()
    """All of them; empty: there are none that count."""
    anchors: Anchors | None = None
    """None although there are records: none can be used, which still demands TLS (RFC 7672 2.2)."""


NOTHING = TlsaFound()
_UNKNOWN = TlsaFound(is_known=False)


async def tlsa_of(
    resolver: Resolver, host: HostAddresses, port: int, names: tuple[str, ...], budget: Budget
) -> TlsaFound:
    """Find the records of `host`; `names`: what else than itself a certificate below a trust anchor may be for."""
    bases = await _bases(resolver, host, budget)
    if bases is None:
        return _UNKNOWN
    for base in bases:
        answer = await resolver.query(f"_{port}._tcp.{base}", "TLSA", budget=budget)
        if answer.status == "no_answer":
            return _UNKNOWN
        if answer.status == "found" and answer.is_authenticated:
            return _found(answer, base, names)
    return NOTHING


async def _bases(resolver: Resolver, host: HostAddresses, budget: Budget) -> tuple[str, ...] | None:
    """Give the TLSA base domains to ask for, in order (RFC 7672 2.2.2, 2.2.3); None: nobody could say.

    A name whose addresses are not verified has none: many servers of such zones do not answer to TLSA at all.
    """
    if host.is_secure:
        return tuple(dict.fromkeys((host.canonical or host.name, host.name)))
    if not host.canonical or host.canonical == host.name:
        return ()
    # The way from the alias on is not verified; the alias itself may be.
    alias = await resolver.query(host.name, "CNAME", budget=budget)
    if alias.status == "no_answer":
        return None
    return (host.name,) if alias.is_authenticated else ()


def _found(answer: Answer, base: str, names: tuple[str, ...]) -> TlsaFound:
    records = tuple(record for record in answer.records if isinstance(record, Tlsa))
    some = usable(records)
    return TlsaFound(records=records, anchors=Anchors(base, some, (base, *names)) if some else None)
