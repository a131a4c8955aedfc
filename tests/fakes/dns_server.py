"""A real DNS server on loopback, authoritative for whatever a test writes into it; answers by UDP and TCP.

Records are written as in a zone file, all with a TTL of 300: `example.org MX 10 mx.example.org`. What is not written
does not exist; a name below which something is written exists without records. Words in the place of a type make it
misbehave for a name (`example.org SERVFAIL`) or for one type of it (`example.org MX SERVFAIL`):

    SERVFAIL, REFUSED, NOTIMP, FORMERR    answered with that code
    DROP                                  not answered; `DROP 2`: the first two queries only
    DELAY 0.2                             answered after so many seconds
    TRUNCATE                              truncated to nothing by UDP
    WRONG_ID, WRONG_QUESTION              answered wrongly first, and rightly after that
    NO_EDNS                               FORMERR to whoever asks with EDNS
    EMPTY                                 NOERROR without records and without SOA
    AD                                    said to be verified
"""

import asyncio
import struct
from collections import defaultdict
from dataclasses import dataclass
from typing import Self

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset
from dns.message import Message
from dns.rdatatype import ANY, CNAME, RdataType

_CODES = ("SERVFAIL", "REFUSED", "NOTIMP", "FORMERR")
_WORDS = (*_CODES, "DROP", "DELAY", "TRUNCATE", "WRONG_ID", "WRONG_QUESTION", "NO_EDNS", "EMPTY", "AD")
_HOST = "127.0.0.1"


@dataclass
class _Trick:
    word: str
    amount: float | None

    def is_over(self) -> bool:
        """Count one time, where it is done a number of times only."""
        if self.amount is None:
            return False
        self.amount -= 1
        return self.amount < 0


class DnsServer(asyncio.DatagramProtocol):
    """`async with DnsServer() as server:` has it answer on `server.port`."""

    def __init__(self, *lines: str) -> None:
        self.queries: list[str] = []
        """What was asked, in order: `example.org MX`, and ` tcp` behind it."""
        self.seen: list[Message] = []
        """The queries themselves."""
        self.soa_minimum = 60
        self._records: dict[dns.name.Name, dict[RdataType, dns.rrset.RRset]] = defaultdict(dict)
        self._tricks: dict[tuple[dns.name.Name, RdataType], list[_Trick]] = defaultdict(list)
        self._answering: set[asyncio.Task[None]] = set()
        for line in lines:
            self.add(line)

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        for _ in range(20):
            self._tcp = await asyncio.start_server(self._serve_tcp, _HOST, 0)
            self.port: int = self._tcp.sockets[0].getsockname()[1]
            try:
                self._udp, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(_HOST, self.port))
            except OSError:  # the same port is not free for UDP
                self._tcp.close()
            else:
                return self
        raise RuntimeError("no port is free for both UDP and TCP")

    async def __aexit__(self, *_: object) -> None:
        self._udp.close()
        self._tcp.close()
        for task in self._answering:
            task.cancel()
        await asyncio.gather(*self._answering, return_exceptions=True)

    @property
    def address(self) -> str:
        """As it stands in DNS_SERVERS."""
        return f"{_HOST}:{self.port}"

    def add(self, line: str, ttl: int = 300) -> None:
        """Add a record, or have the server misbehave."""
        owner, *rest = line.split()
        name = dns.name.from_text(owner)
        rdtype = ANY if rest[0] in _WORDS else dns.rdatatype.from_text(rest.pop(0))
        if rest[0] in _WORDS:
            self._tricks[name, rdtype].append(_Trick(rest[0], float(rest[1]) if rest[1:] else None))
            return
        rrset = dns.rrset.from_text(name, ttl, dns.rdataclass.IN, rdtype, " ".join(rest))
        known = self._records[name].get(rdtype)
        if known is None:
            self._records[name][rdtype] = rrset
        else:
            for record in rrset:
                known.add(record)

    def remove(self, owner: str) -> None:
        """Forget all that was written of a name."""
        name = dns.name.from_text(owner)
        self._records.pop(name, None)
        for key in [key for key in self._tricks if key[0] == name]:
            del self._tricks[key]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to answer by UDP."""

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer a query."""
        task = asyncio.create_task(self._answer_udp(data, addr))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _answer_udp(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        for response in await self._responses(query, is_tcp=False):
            self._udp.sendto(response.to_wire(), addr)

    async def _serve_tcp(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            (length,) = struct.unpack("!H", await reader.readexactly(2))
            query = dns.message.from_wire(await reader.readexactly(length))
            for response in await self._responses(query, is_tcp=True):
                octets = response.to_wire(max_size=65535)
                writer.write(struct.pack("!H", len(octets)) + octets)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _responses(self, query: Message, *, is_tcp: bool) -> list[Message]:
        question = query.question[0]
        name, rdtype = question.name, question.rdtype
        asked = f"{name.to_text(omit_final_dot=True)} {dns.rdatatype.to_text(rdtype)}"
        self.queries.append(asked + " tcp" * is_tcp)
        self.seen.append(query)
        response = self._right(query, name, rdtype)
        responses = [response]
        for trick in (*self._tricks[name, ANY], *(self._tricks[name, rdtype] if rdtype != ANY else ())):
            responses = await self._misbehave(trick, query, responses, is_tcp=is_tcp)
        return responses

    async def _misbehave(
        self, trick: _Trick, query: Message, responses: list[Message], *, is_tcp: bool
    ) -> list[Message]:
        match trick.word:
            case "DROP":
                return responses if trick.is_over() else []
            case "DELAY":
                await asyncio.sleep(trick.amount or 0)
            case "AD":
                responses[0].flags |= dns.flags.AD
            case "TRUNCATE":
                return responses if is_tcp else [_truncated(query, responses[0])]
            case "WRONG_ID" | "WRONG_QUESTION":
                return [_wrong(query, trick.word), *responses]
            case "NO_EDNS" if query.edns < 0:
                pass
            case code:
                return [_refusal(query, {"EMPTY": "NOERROR", "NO_EDNS": "FORMERR"}.get(code, code))]
        return responses

    def _right(self, query: Message, name: dns.name.Name, rdtype: RdataType) -> Message:
        response = dns.message.make_response(query)
        response.flags |= dns.flags.AA
        for _ in range(8):
            records = self._records.get(name, {})
            alias = records.get(CNAME) if rdtype not in {CNAME, ANY} else None
            if alias is None:
                break
            response.answer.append(alias)
            name = alias[0].target
        response.answer.extend(records.values() if rdtype == ANY else filter(None, [records.get(rdtype)]))
        if not records and not any(other.is_subdomain(name) for other in self._records):
            response.set_rcode(dns.rcode.NXDOMAIN)
        if response.rcode() or rdtype not in records:
            response.authority.append(self._soa(name))
        return response

    def _soa(self, name: dns.name.Name) -> dns.rrset.RRset:
        zone = name if len(name) <= 2 else name.parent()
        text = f"ns.test. hostmaster.test. 1 3600 600 86400 {self.soa_minimum}"
        return dns.rrset.from_text(zone, 3600, dns.rdataclass.IN, dns.rdatatype.SOA, text)


def _truncated(query: Message, response: Message) -> Message:
    truncated = dns.message.make_response(query)
    truncated.flags |= dns.flags.TC
    truncated.set_rcode(response.rcode())
    return truncated


def _wrong(query: Message, word: str) -> Message:
    wrong = dns.message.make_response(query)
    if word == "WRONG_ID":
        wrong.id = query.id ^ 1
    else:
        wrong.question = [dns.rrset.RRset(dns.name.from_text("other.test"), dns.rdataclass.IN, ANY)]
    return wrong


def _refusal(query: Message, code: str) -> Message:
    refusal = dns.message.make_response(query)
    refusal.set_rcode(dns.rcode.from_text(code))
    return refusal
