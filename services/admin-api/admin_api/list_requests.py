"""What people ask of a mailing list over REST, and answer by a link: judged as commands by mail are.

What is done, and the jobs that tell of it, are one transaction.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from admin_api.held_posts import SERVICE
from mailcore.db import list_rows, list_tokens
from mailcore.db.database import Database
from mailcore.db.list_clerk import ListClerk, Occasion
from mailcore.db.login_failures import LoginOrigin
from mailcore.directory.known_list import KnownList
from mailcore.directory.list_member import is_of_list, member_key
from mailcore.directory.mailing_list import MailingList
from mailcore.errors import NotFound
from mailcore.list_deeds import Leave, Token, Verdict
from mailcore.list_tokens import ListTokens
from mailcore.trace import Tracer
from maildecide.lists.commands.answering import answered
from maildecide.lists.commands.coming import ask_stranger, subscribe, unsubscribe
from maildecide.lists.commands.facts import Commander, CommandFacts
from maildecide.lists.commands.judgement import Do, Judgement, Say
from maildecide.lists.commands.outcomes import LEFT
from maildecide.lists.commands.owning import invitation
from maildecide.lists.commands.vocabulary import Command

Wish = Literal["subscribe", "unsubscribe", "invite"]
MOST_ASKED = 30
"""How often one client asks to join on a day, whatever lists and addresses it names."""
MOST_ASKED_AROUND = 300
"""How often all do on a day who have addresses of one network: /24, of IPv6 /48, in which one site has many."""
AUTHOR = "link"
"""Who the audit log says it was, where somebody followed one."""


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody wants."""

    wish: Wish
    address: str
    name: str = ""
    text: str = ""
    """What an invitation says beside the usual."""


class ListRequests:
    """Does what is asked for. Every method raises DatabaseAway."""

    def __init__(
        self,
        database: Database,
        tokens: ListTokens,
        tracer: Tracer,
        *,
        clock: Callable[[], float],
        chance: Callable[[int], bytes],
    ) -> None:
        """`clock` gives seconds since the epoch; `chance`, octets that nobody can foresee."""
        self._database = database
        self._tokens = tokens
        self._tracer = tracer
        self._clock = clock
        self._chance = chance

    async def ask(self, owner: MailingList, request: Request, author: str) -> Say:
        """Do it as the list says, and give what is said of it. Raises NotFound when the list is gone."""
        now = self._clock()
        async with self._database.transaction() as connection:
            known = await _known(connection, owner.id)
            if known is None:
                raise NotFound(f"there is no mailing list {owner.address}")
            member = await list_rows.load_member(connection, owner.id, member_key(request.address))
            # Who may use the API vouches for whom he names.
            facts = CommandFacts(known, Commander(request.address, is_verified=True), member, now)
            clerk = self._clerk(connection, known, author, now)
            (said,) = await _carry_out(connection, clerk, _judged(facts, request), now)
        return said

    async def ask_as_stranger(self, owner: MailingList, address: str, name: str, client: LoginOrigin) -> bool:
        """Send somebody who wants to join what has to be answered; give False past what `client` may ask for today.

        What the address is, and whether it has had its messages, is not said.
        """
        now = self._clock()
        async with self._database.transaction() as connection:
            # Those around it last: one that has had its share takes nothing away from them.
            for whence, most in ((client.address, MOST_ASKED), (client.network, MOST_ASKED_AROUND)):
                if not await list_tokens.count(connection, f"page {whence}", now, most):
                    return False
            known = await _known(connection, owner.id)
            if known is not None and not is_of_list(owner, address):
                clerk = self._clerk(connection, known, AUTHOR, now)
                await _carry_out(connection, clerk, Judgement((ask_stranger(address, name),)), now)
        return True

    async def look(self, plain: str) -> tuple[MailingList, Token | Say] | None:
        """Give the list and the token that a link is for, or what is said of one that is good no more.

        None: there is none.
        """
        async with self._database.read() as connection:
            found = await self._find(connection, plain)
        if found is None:
            return None
        known, token = found
        judgement = answered(known, token, "approve", "", self._clock())
        if judgement.uses is None:
            (said,) = judgement.acts
            return known.list, said if isinstance(said, Say) else token
        return known.list, token

    async def answer(
        self, plain: str, verdict: Verdict, reason: str = ""
    ) -> tuple[MailingList, tuple[Say, ...]] | None:
        """Do what follows, and give what is said of it; None where there is no such token."""
        now = self._clock()
        async with self._database.transaction() as connection:
            found = await self._find(connection, plain)
            if found is None:
                return None
            known, token = found
            # Whom it was sent to, where that is one of several who may decide.
            clerk = self._clerk(connection, known, token.detail.officer or AUTHOR, now)
            said = await _carry_out(connection, clerk, answered(known, token, verdict, reason, now), now)
        for one in clerk.decided:
            self._tracer.record(one.trace(SERVICE))
        return known.list, said

    async def leave(self, owner: MailingList, address: str) -> None:
        """Take a member off, at once, who has followed the link of his own; who is gone already stays so."""
        now = self._clock()
        async with self._database.transaction() as connection:
            known = await _known(connection, owner.id)
            if known is not None:
                clerk = self._clerk(connection, known, AUTHOR, now)
                await _carry_out(connection, clerk, Judgement((Do(Leave(address), LEFT),)), now)

    async def _find(self, connection: AsyncConnection, plain: str) -> tuple[KnownList, Token] | None:
        digest = self._tokens.digest(plain)
        token = None if digest is None else await list_tokens.get(connection, digest)
        known = None if token is None else await _known(connection, token.list_id)
        return None if token is None or known is None else (known, token)

    def _clerk(self, connection: AsyncConnection, known: KnownList, author: str, now: float) -> ListClerk:
        # Each request is one of its own: who asks twice is counted twice.
        occasion = Occasion(UUID(bytes=self._chance(16), version=4), author, now)
        return ListClerk(connection, known, self._tokens, occasion, self._chance)


async def _carry_out(
    connection: AsyncConnection, clerk: ListClerk, judgement: Judgement, now: float
) -> tuple[Say, ...]:
    if judgement.uses is not None and not await list_tokens.use(connection, judgement.uses, now):
        return (Say("token_used"),)
    return tuple(
        [act.saying(await clerk.carry_out(act.deed)) if isinstance(act, Do) else act for act in judgement.acts]
    )


def _judged(facts: CommandFacts, request: Request) -> Judgement:
    words = tuple(request.name.split())
    match request.wish:
        case "subscribe":
            return subscribe(facts, Command("subscribe", words))
        case "unsubscribe":
            return unsubscribe(facts, Command("unsubscribe"))
        case "invite":
            if facts.member is not None:
                return Judgement((Say("already_member", {"address": request.address}),))
            return Judgement((invitation(request.address, request.name, request.text),))


async def _known(connection: AsyncConnection, list_id: int) -> KnownList | None:
    found = await list_rows.load_list_by_id(connection, list_id)
    return None if found is None else KnownList(found, "control", await list_rows.load_officers(connection, list_id))
