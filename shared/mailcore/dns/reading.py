"""Reads a response into an answer. Pure; called by `resolver`."""

import dns.exception
from dns.flags import AD
from dns.message import Message, QueryMessage
from dns.name import Name
from dns.rcode import NOERROR, NXDOMAIN
from dns.rdata import Rdata
from dns.rdatatype import ANY, RdataType
from dns.rdatatype import SOA as SOA_TYPE
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.SOA import SOA
from dns.rdtypes.ANY.TLSA import TLSA
from dns.rdtypes.ANY.TXT import TXT
from dns.rdtypes.nsbase import NSBase
from dns.rrset import RRset

from mailcore.dns.interface import Answer, Mx, Record, Status, Tlsa


def read_answer(response: Message, rdtype: RdataType) -> Answer | None:
    """Give what a response says; None when it says nothing (SERVFAIL, REFUSED, a chain of aliases without end ...)."""
    if not isinstance(response, QueryMessage) or response.rcode() not in {NOERROR, NXDOMAIN}:
        return None
    if response.rcode() == NXDOMAIN:
        return _absence(response, "no_name")
    if rdtype == ANY:
        ttl = min((records.ttl for records in response.answer), default=0)
        return _absence(response, "no_data") if not response.answer else _presence(response, (), ttl)
    try:
        chain = response.resolve_chaining()
    except dns.exception.DNSException:
        return None
    if chain.answer is None:
        return _absence(response, "no_data")
    records = tuple(_record(rdata) for rdata in chain.answer)
    return _presence(response, records, chain.minimum_ttl, _text(chain.canonical_name))


def _presence(response: Message, records: tuple[Record, ...], ttl: int, canonical: str = "") -> Answer:
    return Answer("found", records, ttl, bool(response.flags & AD), _soa_of(response) is not None, canonical)


def _absence(response: Message, status: Status) -> Answer:
    """Say that there is nothing, for as long as the SOA allows; without one it is not to be kept (RFC 2308 5)."""
    soa = _soa_of(response)
    ttl = 0
    if soa is not None and isinstance(soa[0], SOA):
        aliases = (records.ttl for records in response.answer if records is not soa)
        ttl = min(soa.ttl, soa[0].minimum, *aliases)
    return Answer(status, (), ttl, bool(response.flags & AD), soa is not None)


def _soa_of(response: Message) -> RRset | None:
    sections = (*response.answer, *response.authority)
    return next((records for records in sections if records.rdtype == SOA_TYPE), None)


def _record(rdata: Rdata) -> Record:
    match rdata:
        case MX():
            return Mx(rdata.preference, _text(rdata.exchange))
        case TLSA():
            return Tlsa(rdata.usage, rdata.selector, rdata.mtype, bytes(rdata.cert))
        case TXT():
            return b"".join(rdata.strings)
        case NSBase():  # NS, PTR, CNAME, DNAME
            return _text(rdata.target)
        case _:
            return str(rdata)


def _text(name: Name) -> str:
    return name.to_text(omit_final_dot=True).lower()
