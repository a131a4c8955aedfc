"""Mailing lists in a mailroom, and what tests see of them."""

import asyncio
import time
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from secrets import token_bytes
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import RowMapping, insert, select
from tests.builders import an_envelope
from tests.integration.processor.conftest import Mailroom

from mailcore.db.list_clerk import ListClerk, Occasion
from mailcore.db.list_store import ListStore
from mailcore.db.tables import delivery_job, list_held, list_member, list_post
from mailcore.directory.known_list import KnownList
from mailcore.directory.list_member import ListMemberFields, member_key
from mailcore.directory.mailing_list import MailingList, MailingListFields
from mailcore.list_deeds import Deed
from mailcore.list_jobs import KIND, Task
from mailcore.list_jobs import decode as decode_task
from mailcore.mail.content import InlineContent
from mailcore.mail.headers import header_size
from mailcore.mail.incoming import Incoming
from mailcore.passwords import Passwords
from mailcore.platform import Platform
from processor.outbound.remote_mail import RemoteMail, decode

LIST = "birds@example.com"
ADA, BEA = "ada@example.com", "bea@example.com"


async def make_list(room: Mailroom, *members: str, address: str = LIST, **fields: Any) -> MailingList:
    """Make a list with members; it holds within a second. It asks nothing of DNS, which says nothing here."""
    passwords = Passwords()
    store = ListStore(room.platform.database, passwords)
    written = {"address": address, "name": address.partition("@")[0], "owner": ADA, "dmarc": "none", **fields}
    made = (await store.lists.create(MailingListFields.model_validate(written), "test")).value
    passwords.close()
    for member in members:
        await store.members(made).create(ListMemberFields(address=member), "test")
    await known(room, address)
    return made


async def known(room: Mailroom, address: str) -> None:
    """Wait until the directory knows a list, and whatever changed before."""
    room.platform.changes.look()
    async with asyncio.timeout(3):
        while await room.platform.directory.mailing_list(address) is None:
            await asyncio.sleep(0.02)


async def add_many(room: Mailroom, owner: MailingList, addresses: list[str]) -> None:
    """Add members as an import stores them, without looking at their addresses."""
    rows = [
        {
            **ListMemberFields(address=address).model_dump(),
            "list_id": owner.id,
            "key": member_key(address),
            "suspended": False,
            "digest_number": 0,
            "version": 1,
            "created_at": owner.created_at,
            "updated_at": owner.updated_at,
        }
        for address in addresses
    ]
    for at in range(0, len(rows), 1000):
        async with room.platform.database.transaction() as connection:
            await connection.execute(insert(list_member), rows[at : at + 1000])


def a_post(room: Mailroom, *to: str, sender: str = ADA, subject: str = "herons", more: bytes = b"") -> Incoming:
    """Give a message by `sender` for the list, or for others."""
    octets = f"From: {sender}\r\nSubject: {subject}\r\n".encode() + more + b"\r\nA heron.\r\n"
    mail = room.message(envelope=an_envelope(*(to or (LIST,)), sender=sender))
    return msgspec.structs.replace(mail, content=InlineContent(octets), header_size=header_size(octets))


def without_sending(platform: Platform) -> Platform:
    """Give the platform of a processor that leaves jobs towards other servers where they are."""
    return replace(platform, environment=platform.environment.model_copy(update={"processor_queues": "incoming"}))


async def posts(room: Mailroom) -> list[RowMapping]:
    """Give the posts of all lists, by their numbers."""
    return await _rows(room, select(list_post).order_by(list_post.c.list_id, list_post.c.number))


async def expanded(room: Mailroom, count: int = 1) -> bool:
    """Whether so many posts are expanded."""
    return [row["state"] for row in await posts(room)].count("expanded") >= count


async def held(room: Mailroom) -> list[RowMapping]:
    """Give the posts that wait."""
    return await _rows(room, select(list_held).order_by(list_held.c.at))


async def outgoing(room: Mailroom) -> list[RemoteMail]:
    """Give what waits for other servers."""
    rows = await _rows(room, select(delivery_job.c.payload).where(delivery_job.c.kind == "outbound"))
    return [decode(bytes(row["payload"])) for row in rows]


async def _rows(room: Mailroom, query: Any) -> list[RowMapping]:
    async with room.platform.database.read() as connection:
        return list((await connection.execute(query)).mappings().all())


async def carry_out(room: Mailroom, made: MailingList, *deeds: Deed, source: int = 1) -> None:
    """Do something about a list, as commands and requests do."""
    async with room.platform.database.transaction() as connection:
        occasion = Occasion(UUID(int=source), "test", time.time())
        clerk = ListClerk(connection, KnownList(made, "post"), room.platform.list_tokens, occasion, token_bytes)
        for deed in deeds:
            await clerk.carry_out(deed)


def read(file: Path) -> EmailMessage:
    """Read a message in a mailbox."""
    return message_from_bytes(file.read_bytes(), policy=policy.default)


async def tasks(room: Mailroom) -> list[Task]:
    """Give the work of lists that is left to be done."""
    async with room.platform.database.read() as connection:
        found = (await connection.execute(select(delivery_job.c.payload).where(delivery_job.c.kind == KIND))).scalars()
        return [decode_task(bytes(payload)) for payload in found]


async def is_over(room: Mailroom) -> bool:
    """Whether none is."""
    return not await tasks(room)
