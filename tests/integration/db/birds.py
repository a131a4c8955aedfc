"""A list whose members get digests, and what tests do with it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, select

from mailcore.db import list_digests, list_posts, list_readers
from mailcore.db.database import Database
from mailcore.db.entity_store import EntityStore
from mailcore.db.kinds import DomainKind
from mailcore.db.list_posts import NewPost, Opened
from mailcore.db.list_store import ListStore
from mailcore.directory.domain import DomainFields
from mailcore.directory.list_digest import Digest, DigestReader
from mailcore.directory.list_member import Delivery, ListMember, ListMemberFields
from mailcore.directory.mailing_list import MailingList, MailingListFields
from mailcore.list_jobs import DigestMaking, decode
from mailcore.passwords import Passwords

NOW = 1_767_225_600.0
ADA, BEA, KEN = "ada@example.net", "bea@example.net", "ken@example.org"


@dataclass(frozen=True)
class Birds:
    """A list, and what is done with it."""

    database: Database
    store: ListStore
    owner: MailingList

    async def member(self, address: str, delivery: Delivery) -> ListMember:
        """Add a member."""
        fields = ListMemberFields(address=address, delivery=delivery)
        return (await self.store.members(self.owner).create(fields, "test")).value

    async def set(self, address: str, delivery: Delivery) -> None:
        """Change how a member gets posts."""
        await self.store.members(self.owner).patch(address, {"delivery": delivery}, "test")

    async def post(self, number: int, *, is_open: bool = True, keep: bool = True, lend: bool = False) -> str:
        """Take a post, which is sent out at once."""
        post = NewPost(
            id=str(UUID(int=number)),
            list_id=self.owner.id,
            list=self.owner.address,
            message_id=str(UUID(int=number)),
            at=NOW + number,
            poster=ADA,
            subject=f"heron {number}",
            size=10,
            mail=b"came",
            content=f"c{number}",
        )
        async with self.database.transaction() as connection:
            await list_posts.accept(connection, post, NOW)
            stored = await list_posts.get(connection, post.id)
            if stored is not None and is_open:
                await list_posts.open_up(connection, stored, Opened(b"goes out", post.content, 10, "", 1), NOW)
                await list_posts.served(connection, stored, NOW, keep=keep, lend=lend)
        return post.id

    async def begin(self) -> Digest:
        """Begin a digest of all that waits."""
        async with self.database.transaction() as connection:
            ((list_id, had),) = await list_digests.lists_with_readers(connection)
            where = await list_digests.standing(connection, list_id, had)
            assert where is not None
            job = await list_digests.begin(connection, self.owner, where, where.waiting[-1], NOW)
            assert job is not None
            task = decode(job.payload)
            assert isinstance(task, DigestMaking)
            digest = await list_digests.get(connection, task.digest)
        assert digest is not None
        return digest

    async def readers(self) -> list[DigestReader]:
        """Give all readers."""
        async with self.database.read() as connection:
            return await list_readers.readers(connection, self.owner.id, "", None)

    async def rows(self, table: Any) -> list[RowMapping]:
        """Give what is in a table."""
        async with self.database.read() as connection:
            return list((await connection.execute(select(table))).mappings().all())


async def make_birds(database: Database) -> Birds:
    """Give a list without members."""
    await EntityStore(database, DomainKind()).create(DomainFields(name="example.com"), "test")
    passwords = Passwords()
    store = ListStore(database, passwords)
    fields = MailingListFields(address="birds@example.com", name="birds", owner="olga@example.net")
    made = (await store.lists.create(fields, "test")).value
    passwords.close()
    return Birds(database, store, made)
