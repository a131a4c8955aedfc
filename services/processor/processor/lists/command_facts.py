"""Finds out what a command must be judged by, within the transaction that does what it asks for."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db import list_past_posts, list_rows, list_tokens
from mailcore.db.entity_store import EntityStore
from mailcore.db.list_kinds import MemberKind
from mailcore.db.one_transaction import OneTransaction
from mailcore.directory.known_list import KnownList
from mailcore.directory.list_member import ListMember, member_key
from mailcore.list_tokens import ListTokens
from maildecide.lists.commands.facts import Commander, CommandFacts, Password
from maildecide.lists.commands.named_address import named_address
from maildecide.lists.commands.past_posts import MOST_NUMBER, MOST_SHOWN, range_of
from maildecide.lists.commands.vocabulary import Command

_MOST_MEMBERS = 500
"""Members of one answer."""


class FactFinder:
    """Looks things up for the commands of one message."""

    def __init__(self, connection: AsyncConnection, known: KnownList, tokens: ListTokens, now: float) -> None:
        self._connection = connection
        self._known = known
        self._tokens = tokens
        self._now = now

    async def facts(self, commander: Commander, command: Command, password: Password) -> CommandFacts:
        """Give what is known now, after what was done so far; of the rest only what the command is about."""
        member = await self._member(commander.address)
        facts = CommandFacts(self._known, commander, member, self._now, password=password)
        match command.verb:
            case "confirm" | "approve" | "reject" | "discard":
                return await self._with_token(facts, command)
            case "chaddr":
                named = named_address(command)
                return facts if named is None else replace(facts, other=await self._member(named))
            case "members" if facts.is_owner:
                return await self._with_members(facts, command)
            case "summary" if member is not None:
                between = range_of(command)
                return facts if between is None else await self._with_posts(facts, between, MOST_SHOWN)
            case "get" if member is not None:
                return await self._with_posts(facts, (0, MOST_NUMBER), 1)
            case _:
                return facts

    async def _member(self, address: str) -> ListMember | None:
        return await list_rows.load_member(self._connection, self._known.list.id, member_key(address))

    async def _with_token(self, facts: CommandFacts, command: Command) -> CommandFacts:
        digest = self._tokens.digest(command.arguments[0]) if command.arguments else None
        return facts if digest is None else replace(facts, token=await list_tokens.get(self._connection, digest))

    async def _with_members(self, facts: CommandFacts, command: Command) -> CommandFacts:
        store = EntityStore(OneTransaction(self._connection), MemberKind(self._known.list))
        page = await store.list(None, _MOST_MEMBERS, command.arguments[0] if command.arguments else None)
        return replace(facts, members=page.items, has_more=page.next is not None)

    async def _with_posts(self, facts: CommandFacts, between: tuple[int, int], limit: int) -> CommandFacts:
        found = await list_past_posts.last(self._connection, self._known.list.id, between, limit)
        return replace(facts, posts=tuple(found))
