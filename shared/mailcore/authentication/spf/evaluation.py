"""Evaluates SPF records (RFC 7208 4): asks DNS as little as it takes, and never more than the limits allow."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from mailcore.authentication.questions import NoAnswer, Questions
from mailcore.authentication.results import SpfResult, SpfVerdict, brief
from mailcore.authentication.spf.macros import MacroString, expanded_domain
from mailcore.authentication.spf.record import Mechanism, Record, is_record, parse_record
from mailcore.dns.interface import Answer

MOST_LOOKUPS = 10
"""Terms of one evaluation that ask DNS (RFC 7208 4.6.4)."""
MOST_VOID = 2
"""Questions of them that find nothing."""
MOST_NAMES = 10
"""Names of an MX or PTR record that are looked at."""
_LABEL = re.compile(r"[\x20-\x2d\x2f-\x5b\x5d-\x7e]{1,63}")
_IPV4 = 4


class PermanentError(Exception):
    """The records cannot be understood."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is asked about."""

    ip: str
    helo: str
    local_part: str
    domain: str
    """In A-labels."""
    by_helo: bool = False


async def evaluate(identity: Identity, questions: Questions) -> SpfVerdict:
    """Say whether the domain lets the client send. Takes as long as the budget of `questions` lets it."""
    result: SpfResult
    try:
        result, reason = await Evaluation(identity, questions).check_host(identity.domain)
    except NoAnswer as error:
        result, reason = "temperror", f"no answer from DNS: {error}"
    except PermanentError as error:
        result, reason = "permerror", str(error)
    return SpfVerdict(result, identity.domain, identity.by_helo, brief(reason))


class Evaluation:
    """One evaluation, with what its limits have left."""

    def __init__(self, identity: Identity, questions: Questions) -> None:
        address = ip_address(identity.ip.partition("%")[0])
        self._ip: IPv4Address | IPv6Address = getattr(address, "ipv4_mapped", None) or address
        self._identity = identity
        self._questions = questions
        self._lookups_left = MOST_LOOKUPS
        self._void_left = MOST_VOID
        self._names: tuple[str, ...] | None = None

    async def check_host(self, domain: str) -> tuple[SpfResult, str]:
        """Give the result for a domain and what decided. Raises NoAnswer or PermanentError."""
        if not _is_domain(domain) or "." not in domain or domain.startswith("["):
            return "none", f"{domain[:80]!r} is no domain"
        records = [text for text in await self._questions.texts(domain) if is_record(text)]
        if not records:
            return "none", f"{domain} has no record"
        if len(records) > 1:
            raise PermanentError(f"{domain} has several records")
        try:
            record = parse_record(records[0])
        except ValueError as error:
            raise PermanentError(f"{domain}: {error}") from None
        return await self._judge(record, domain)

    async def _judge(self, record: Record, domain: str) -> tuple[SpfResult, str]:
        for mechanism in record.mechanisms:
            if await self._matches(mechanism, domain):
                return mechanism.result, f"{mechanism.text} of {domain}"
        if record.redirect is None:
            return "neutral", f"nothing of {domain} matches"
        self._count_lookup()
        result, reason = await self.check_host(await self._name(record.redirect, domain))
        if result == "none":
            raise PermanentError(f"redirect of {domain}: {reason}")
        return result, reason

    async def _matches(self, mechanism: Mechanism, domain: str) -> bool:
        if mechanism.name == "all" or mechanism.network is not None:
            return mechanism.network is None or self._ip in mechanism.network
        self._count_lookup()
        name = domain if mechanism.domain is None else await self._name(mechanism.domain, domain)
        match mechanism.name:
            case "include":
                return await self._includes(name)
            case "ptr":
                names = await self._validated_names()
                return any(one == name.lower() or one.endswith(f".{name.lower()}") for one in names)
            case "exists":
                return bool((await self._ask(name, "A")).texts)
            case "mx":
                return await self._is_any(await self._mail_servers(name), mechanism)
            case _:
                return await self._is_any((name,), mechanism)

    async def _includes(self, name: str) -> bool:
        result, reason = await self.check_host(name)
        if result == "none":
            raise PermanentError(f"include: {reason}")
        return result == "pass"

    async def _mail_servers(self, name: str) -> tuple[str, ...]:
        hosts = tuple(mx.host for mx in (await self._ask(name, "MX")).mx)
        if len(hosts) > MOST_NAMES:
            raise PermanentError(f"{name} has more than {MOST_NAMES} MX records")
        return hosts

    async def _is_any(self, names: Sequence[str], mechanism: Mechanism) -> bool:
        """Whether one of the names has an address in the client's network."""
        length = mechanism.ipv4_length if self._ip.version == _IPV4 else mechanism.ipv6_length
        network = ip_network((self._ip, length), strict=False)
        for name in names:
            if any(ip_address(text) in network for text in (await self._ask(name, self._address_type)).texts):
                return True
        return False

    async def _validated_names(self) -> tuple[str, ...]:
        """Give the names of the client that lead back to it (RFC 7208 5.5)."""
        if self._names is None:
            try:
                found = (await self._ask(self._ip.reverse_pointer, "PTR")).texts[:MOST_NAMES]
            except NoAnswer:
                found = ()
            leads_back = await asyncio.gather(*(self._leads_back(name) for name in found))
            self._names = tuple(name for name, does in zip(found, leads_back, strict=True) if does)
        return self._names

    async def _leads_back(self, name: str) -> bool:
        try:
            answer = await self._questions.answer(name, self._address_type)
        except NoAnswer:
            return False
        return any(ip_address(text) == self._ip for text in answer.texts)

    async def _ask(self, name: str, rdtype: str) -> Answer:
        """Ask; what can be no name has no records, and is not asked for."""
        answer = await self._questions.answer(name, rdtype) if _is_domain(name) else Answer("no_name")
        if not answer.records:
            self._void_left -= 1
            if self._void_left < 0:
                raise PermanentError(f"more than {MOST_VOID} questions find nothing")
        return answer

    def _count_lookup(self) -> None:
        self._lookups_left -= 1
        if self._lookups_left < 0:
            raise PermanentError(f"more than {MOST_LOOKUPS} terms ask DNS")

    async def _name(self, spec: MacroString, domain: str) -> str:
        name = "unknown"
        if "p" in spec.letters:
            names = await self._validated_names()
            name = next((one for one in names if one == domain or one.endswith(f".{domain}")), next(iter(names), name))
        return expanded_domain(spec, self._values(domain) | {"p": name})

    def _values(self, domain: str) -> dict[str, str]:
        identity = self._identity
        return {
            "s": f"{identity.local_part}@{identity.domain}",
            "l": identity.local_part,
            "o": identity.domain,
            "d": domain,
            "i": _dotted(self._ip),
            "v": "in-addr" if self._ip.version == _IPV4 else "ip6",
            "h": identity.helo,
        }

    @property
    def _address_type(self) -> str:
        return "A" if self._ip.version == _IPV4 else "AAAA"


def _dotted(ip: IPv4Address | IPv6Address) -> str:
    return str(ip) if isinstance(ip, IPv4Address) else ".".join(ip.exploded.replace(":", ""))


def _is_domain(name: str) -> bool:
    """Whether DNS can be asked for it as it is written."""
    return len(name) <= 253 and all(map(_LABEL.fullmatch, name.split(".")))  # noqa: PLR2004 - RFC 1035 2.3.4
