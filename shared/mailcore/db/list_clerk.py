"""Carries out what was decided about a list's members and posts, in one transaction of the caller.

What the list tells people becomes jobs in it, which write the messages (`list_jobs.Notice`): nobody hears of what did
not come true, and what came true is told.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import assert_never, get_args
from uuid import UUID

import msgspec
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db import jobs, list_moderation, list_past_posts, list_readers, list_tokens
from mailcore.db.entity_store import EntityStore
from mailcore.db.jobs import NewJob
from mailcore.db.list_kinds import MemberKind
from mailcore.db.list_tokens import DAY
from mailcore.db.one_transaction import OneTransaction
from mailcore.directory.known_list import KnownList
from mailcore.directory.list_member import ListMemberFields, Role, member_key
from mailcore.directory.list_template import TemplateName
from mailcore.errors import Duplicate, Invalid, NotFound
from mailcore.list_decided import Decided
from mailcore.list_deeds import (
    DAYS,
    FOR_OFFICERS,
    Ask,
    ChangeAddress,
    Decide,
    Deed,
    Join,
    Leave,
    Result,
    SendAgain,
    SetDelivery,
    Tell,
    Token,
    TokenDetail,
)
from mailcore.list_jobs import Again, Notice, task_job
from mailcore.list_tokens import RANDOM, ListTokens, digest_of

_RANKS: tuple[Role, ...] = get_args(Role)
"""The more somebody may, the later."""
MOST_SENT_AGAIN = 20
"""How often an address gets posts of the archive on a day."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why something is done, and when."""

    source: UUID
    """What it comes of: a message, or a request. Ids of what is told derive from it."""
    author: str
    """For the audit log: who."""
    now: float
    """Seconds since the epoch."""


class ListClerk:
    """Does what is decided about one list. Every method raises DatabaseAway."""

    def __init__(
        self,
        connection: AsyncConnection,
        known: KnownList,
        tokens: ListTokens,
        occasion: Occasion,
        chance: Callable[[int], bytes],
    ) -> None:
        """Work within the transaction of `connection`; `chance` gives so many octets that nobody can foresee."""
        self._connection = connection
        self._known = known
        self._tokens = tokens
        self._occasion = occasion
        self._chance = chance
        self._members = EntityStore(OneTransaction(connection), MemberKind(known.list))
        self.told: list[NewJob] = []
        """The jobs that were inserted, to be hinted at after the commit."""
        self.decided: list[Decided] = []
        """The posts that wait no more, to be traced after the commit."""

    async def carry_out(self, deed: Deed) -> Result:  # noqa: PLR0911 - one for each
        """Do it; say what became of it."""
        match deed:
            case Join():
                return await self._join(deed)
            case Leave():
                return await self._leave(deed)
            case SetDelivery():
                return await self._set_delivery(deed)
            case ChangeAddress():
                return await self._change_address(deed)
            case Ask():
                return await self._ask(deed)
            case Tell():
                return await self._tell(deed)
            case Decide():
                return await self._decide(deed)
            case SendAgain():
                return await self._send_again(deed)
            case _:
                assert_never(deed)

    async def _join(self, deed: Join) -> Result:
        made = await self._create({"address": deed.address, "name": deed.name})
        if made == "done":
            await self._told_of(deed.address, "welcome", "joined")
        return made

    async def _leave(self, deed: Leave) -> Result:
        try:
            await self._members.delete(deed.address, self._occasion.author)
        except NotFound:
            return "already"
        await self._told_of(deed.address, "goodbye", "left")
        return "done"

    async def _set_delivery(self, deed: SetDelivery) -> Result:
        changes: dict[str, object] = {"delivery": deed.delivery}
        if deed.digest_format is not None:
            changes["digest_format"] = deed.digest_format
        try:
            await self._members.patch(deed.address, changes, self._occasion.author)
        except NotFound:
            return "already"
        return "done"

    async def _change_address(self, deed: ChangeAddress) -> Result:
        try:
            old = (await self._members.get(deed.old)).value
        except NotFound:
            return "already"
        kept = {name: getattr(old, name) for name in ListMemberFields.model_fields}
        if member_key(deed.old) == member_key(deed.new):
            return "already"
        if old.suspended:
            # It was the old address that mail came back from.
            kept["delivery"] = old.delivery_before or "on"
        made = await self._create(kept | {"address": deed.new})
        if made == "unfit":
            return made
        if made == "already":
            await self._have_role(deed.new, old.role)
        elif not old.suspended:
            await list_readers.move(self._connection, self._known.list.id, member_key(deed.old), member_key(deed.new))
        await self._members.delete(deed.old, self._occasion.author)
        return "done"

    async def _have_role(self, address: str, role: Role) -> None:
        """Let a member, who has settings of his own, be what he is at another address, unless he is more."""
        current = (await self._members.get(address)).value.role
        if _RANKS.index(role) > _RANKS.index(current):
            await self._members.patch(address, {"role": role}, self._occasion.author)

    async def _create(self, fields: Mapping[str, object]) -> Result:
        try:
            await self._members.create(ListMemberFields.model_validate(dict(fields)), self._occasion.author)
        except Duplicate:
            return "already"
        except (Invalid, ValidationError):
            return "unfit"
        return "done"

    async def _ask(self, deed: Ask) -> Result:
        if deed.kind in {"join_request", "invitation"} and await self._is_member(deed.address):
            return "already"
        if deed.kind in FOR_OFFICERS:
            # Those who decide are asked as often as others want something: the others are counted.
            if deed.kind != "held" and not await self._may_send(deed.address):
                return "limited"
            for officer in deed.to:
                await self._ask_one(deed, officer, msgspec.structs.replace(deed.detail, officer=officer))
            return "done"
        allowed = [to for to in deed.to if await self._may_send(to)]
        for to in allowed:
            await self._ask_one(deed, to, deed.detail)
        return "done" if allowed else "limited"

    async def _ask_one(self, deed: Ask, to: str, detail: TokenDetail) -> None:
        token, now = self._tokens.new(self._chance(RANDOM)), self._occasion.now
        kept = Token(
            id=digest_of(token),
            list_id=self._known.list.id,
            kind=deed.kind,
            address=deed.address,
            detail=detail,
            at=now,
            expires_at=now + DAYS[deed.kind] * DAY,
        )
        await list_tokens.put(self._connection, kept)
        values = {"member": deed.address, "new": detail.new, "days": str(DAYS[deed.kind])} | dict(deed.values)
        await self._send(Notice(self._known.list.id, deed.template, to, values, token, held=detail.held))

    async def _is_member(self, address: str) -> bool:
        try:
            await self._members.get(address)
        except NotFound:
            return False
        return True

    async def _may_send(self, address: str) -> bool:
        return await list_tokens.count(self._connection, member_key(address), self._occasion.now)

    async def _tell(self, deed: Tell) -> Result:
        for to in deed.to:
            notice = Notice(self._known.list.id, deed.template, to, dict(deed.values), answers=deed.answers)
            await self._send(msgspec.structs.replace(notice, sender=deed.sender))
        return "done"

    async def _decide(self, deed: Decide) -> Result:
        known, occasion = self._known, self._occasion
        held = await list_moderation.decide(
            self._connection, known.list, deed.held, deed.verdict, author=occasion.author, now=occasion.now
        )
        if held is None:
            return "already"
        self.decided.append(
            Decided(
                UUID(held.message_id),
                held.id,
                known.list.address,
                deed.verdict,
                occasion.author,
                occasion.now,
                deed.reason if deed.verdict == "reject" else "",
            )
        )
        if deed.verdict == "approve":
            for poster in held.posters:
                await self._trust(poster)
        elif deed.verdict == "reject" and held.sender:
            values = {"poster": held.poster, "subject": held.subject, "reason": deed.reason}
            await self._tell(Tell("rejected", (held.sender,), values, deed.answers))
        return "done"

    async def _send_again(self, deed: SendAgain) -> Result:
        connection, now, known = self._connection, self._occasion.now, self._known
        found = await list_past_posts.ids(connection, known.list.id, deed.numbers)
        if not found:
            return "unfit"
        if not await list_tokens.count(connection, f"posts {member_key(deed.to)}", now, MOST_SENT_AGAIN):
            return "limited"
        for post in found:
            await self._insert(
                task_job(Again(post, deed.to), UUID(post), f"again\0{self._occasion.source}", deed.to, now=now)
            )
        return "done"

    async def _trust(self, poster: str) -> None:
        """Let later posts of a member pass where only the first one waits."""
        with suppress(NotFound):
            await self._members.patch(poster, {"trusted": True}, self._occasion.author)

    async def _told_of(self, address: str, to_member: TemplateName, to_owner: TemplateName) -> None:
        if self._known.list.welcome:
            await self._tell(Tell(to_member, (address,), {"member": address}))
        if self._known.list.notify_owner:
            await self._tell(Tell(to_owner, self._known.owners, {"member": address}))

    async def _send(self, notice: Notice) -> None:
        # A message may be for several lists, and each of them answers.
        what = f"notice\0{notice.list_id}\0{notice.template}\0{len(self.told)}"
        await self._insert(task_job(notice, self._occasion.source, what, notice.to, now=self._occasion.now))

    async def _insert(self, job: NewJob) -> None:
        await jobs.insert(self._connection, [job], self._occasion.now)
        self.told.append(job)
