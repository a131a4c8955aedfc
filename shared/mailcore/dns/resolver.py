"""The resolver of every service: asks the configured servers, in turn, and remembers what they say."""

import asyncio
import time
from collections.abc import Callable, Sequence

import structlog
from dns.exception import DNSException
from dns.name import Name, from_text, root
from dns.rcode import FORMERR
from dns.rcode import to_text as rcode_text
from dns.rdatatype import RdataType
from dns.rdatatype import from_text as rdtype_of

from mailcore.dns.cache import MOST_ENTRIES, AnswerCache, Question
from mailcore.dns.exchange import exchange
from mailcore.dns.interface import Answer, Budget
from mailcore.dns.reading import read_answer
from mailcore.dns.servers import DnsServer
from mailcore.dns.sharing import SharedWork

NO_ANSWER = Answer("no_answer")
_NO_NAME = Answer("no_name")
_MOST_TRIES_AT_ONCE = 400
"""Each holds a socket; what waits for one uses up its own time."""

log = structlog.get_logger(__name__)


class CachingResolver:
    """Implements `interface.Resolver`. Nothing is open between queries, so there is nothing to close.

    One query is under way for all who ask the same with the same patience. The server that answered last is asked
    first the next time.
    """

    def __init__(
        self,
        servers: Sequence[DnsServer],
        *,
        most_entries: int = MOST_ENTRIES,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        """`servers`: one at least; `timer`: what the age of answers is told by."""
        self._servers = tuple(servers)
        self._preferred = 0
        self._cache = AnswerCache(most=most_entries, timer=timer)
        self._shared: SharedWork[tuple[Question, float, int], Answer] = SharedWork()
        self._sockets = asyncio.Semaphore(_MOST_TRIES_AT_ONCE)

    async def query(self, name: str, rdtype: str, *, budget: Budget) -> Answer:
        """Ask, unless it is known. See `interface.Resolver`."""
        question = Question.of(name, rdtype)
        known = self._cache.get(question)
        if known is not None:
            return known
        try:
            qname = from_text(question.name, root)
        except DNSException:
            return _NO_NAME  # too long to be a name of anything
        key = question, budget.timeout_seconds, budget.attempts
        try:
            async with asyncio.timeout_at(budget.deadline):
                return await self._shared.join(key, lambda: self._ask(question, qname, budget))
        except TimeoutError:
            return NO_ANSWER

    async def _ask(self, question: Question, name: Name, budget: Budget) -> Answer:
        rdtype, edns = rdtype_of(question.rdtype), True
        for _ in range(budget.attempts):
            at = self._preferred
            said = await self._try(self._servers[at], name, rdtype, budget.timeout_seconds, edns=edns)
            if isinstance(said, Answer):
                self._cache.put(question, said)
                return said
            edns = edns and said != FORMERR  # RFC 6891 7: a server that knows no EDNS
            if self._preferred == at:
                self._preferred = (at + 1) % len(self._servers)
        return NO_ANSWER

    async def _try(
        self, server: DnsServer, name: Name, rdtype: RdataType, seconds: float, *, edns: bool
    ) -> Answer | int | None:
        """Give the answer; or the code that it was refused with; or None when nothing came."""
        try:
            async with asyncio.timeout(seconds), self._sockets:
                response = await exchange(server, name, rdtype, edns=edns)
        except (TimeoutError, OSError, EOFError, DNSException) as error:
            reason = str(error) or type(error).__name__
            log.info("no answer from DNS", server=str(server), name=str(name), type=rdtype.name, reason=reason)
            return None
        answer = read_answer(response, rdtype)
        if answer is not None:
            return answer
        code = response.rcode()
        log.info("no answer from DNS", server=str(server), name=str(name), type=rdtype.name, reason=rcode_text(code))
        return int(code)
