"""The archive of a list, searched and let go, on SQLite and on PostgreSQL."""

from uuid import UUID

import pytest
from sqlalchemy import select, update

from mailcore.db import content_refs, list_archive, list_posts, tables
from mailcore.db.database import Database
from mailcore.db.entity_store import EntityStore
from mailcore.db.kinds import DomainKind
from mailcore.db.list_archive import ListArchive, PostFilter
from mailcore.db.list_kinds import ListKind
from mailcore.db.list_posts import NewPost, Opened
from mailcore.directory.domain import DomainFields
from mailcore.directory.mailing_list import MailingList, MailingListFields
from mailcore.errors import Conflict, Invalid, NotFound
from mailcore.passwords import Passwords
from mailcore.search_words import folded

NOW = 1_767_225_600.0
DAY = 86_400.0
POSTS = (
    ("ken@example.org", "Herons", "Two grey herons at 100% of the weir."),
    ("ken@example.org", "アオサギ", "今朝、青鷺を見ました。"),
    ("ada@example.com", "Re: アオサギ", "Straßentaube_1"),
    ("ada@example.com", "storks", "not sent out to anybody yet"),
)


async def make_list(database: Database, name: str = "birds", *, archive_days: int | None = None) -> MailingList:
    passwords = Passwords()
    fields = MailingListFields(
        address=f"{name}@example.com", name=name, owner="olga@example.net", archive_days=archive_days
    )
    made = (await EntityStore(database, ListKind(passwords)).create(fields, "test")).value
    passwords.close()
    return made


async def keep(database: Database, owner: MailingList, number: int, what: tuple[str, str, str], state: str) -> str:
    """Keep a post with content of its own; `number` says when it was accepted, too."""
    poster, subject, _ = what
    post = NewPost(
        id=str(UUID(int=owner.id * 1000 + number)),
        list_id=owner.id,
        list=owner.address,
        message_id=str(UUID(int=number)),
        at=NOW + number * DAY,
        poster=poster,
        subject=subject,
        size=10,
        mail=b"came",
        content=f"c{owner.id}-{number}",
    )
    async with database.transaction() as connection:
        await list_posts.accept(connection, post, NOW)
        stored = await list_posts.get(connection, post.id)
        if stored is not None and state != "accepted":
            words = "\n".join(map(folded, what))
            await list_posts.open_up(connection, stored, Opened(b"goes out", post.content, 12, words, 1), NOW)
            if state == "expanded":
                await list_posts.served(connection, stored, NOW, keep=True)
    return post.id


@pytest.fixture
async def owner(database: Database) -> MailingList:
    """Give a list with four posts; the fourth has not been opened."""
    await EntityStore(database, DomainKind()).create(DomainFields(name="example.com"), "test")
    made = await make_list(database)
    for number, what in enumerate(POSTS, start=1):
        await keep(database, made, number, what, "expanded" if number < len(POSTS) else "accepted")
    other = await make_list(database, "fish")
    await keep(database, other, 1, POSTS[0], "expanded")
    return made


async def numbers(database: Database, owner: MailingList, wanted: PostFilter = PostFilter()) -> list[int]:  # noqa: B008 - frozen
    page = await ListArchive(database, owner).search(wanted, None, 50)
    assert page.next is None
    return [post.number for post in page.items]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (PostFilter(), [3, 2, 1]),
        (PostFilter(first=2), [3, 2]),
        (PostFilter(first=2, last=2), [2]),
        (PostFilter(first=3, last=2), []),
        (PostFilter(since=NOW + 2 * DAY, until=NOW + 3 * DAY), [2]),
        (PostFilter(poster="KEN@example"), [2, 1]),
        (PostFilter(subject="アオサギ"), [3, 2]),
        (PostFilter(subject="ｱｵｻｷﾞ"), [3, 2]),
        (PostFilter(subject="青鷺"), []),
        (PostFilter(text="青鷺"), [2]),
        (PostFilter(text="朝、青 見"), [2]),
        (PostFilter(text="STRASSEN"), [3]),
        (PostFilter(text="herons GREY"), [1]),
        (PostFilter(text="herons blue"), []),
        (PostFilter(text="100%"), [1]),
        (PostFilter(text="1%0"), []),
        (PostFilter(text="n_1"), []),
        (PostFilter(text="e_1"), [3]),
        (PostFilter(text="アオサギ", poster="ada"), [3]),
        (PostFilter(text="storks"), []),
    ],
)
async def test_posts_are_found_by_what_they_say(
    database: Database, owner: MailingList, wanted: PostFilter, expected: list[int]
) -> None:
    assert await numbers(database, owner, wanted) == expected


async def test_every_post_is_on_one_page(database: Database, owner: MailingList) -> None:
    archive = ListArchive(database, owner)
    first = await archive.search(PostFilter(), None, 2)
    second = await archive.search(PostFilter(), first.next, 2)
    assert [[post.number for post in page.items] for page in (first, second)] == [[3, 2], [1]]
    assert (first.next, second.next) == ("2", None)
    with pytest.raises(Invalid):
        await archive.search(PostFilter(), "x", 2)


async def test_a_search_looks_into_so_many_posts_at_once_and_leads_on(
    database: Database, owner: MailingList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_archive, "MOST_LOOKED_AT", 1)
    archive = ListArchive(database, owner)
    found, cursor, pages = [], None, 0
    while pages == 0 or cursor is not None:
        page = await archive.search(PostFilter(subject="アオサギ"), cursor, 1)
        found += [post.number for post in page.items]
        cursor, pages = page.next, pages + 1
    assert (found, pages) == ([3, 2], 3)


async def test_what_is_taken_out_keeps_its_number_and_nothing_else(database: Database, owner: MailingList) -> None:
    archive = ListArchive(database, owner)
    await archive.take_out(2, "test", NOW)
    assert await numbers(database, owner) == [3, 1]
    for number in (2, 4, 9):
        with pytest.raises(NotFound):
            await archive.get(number)
        with pytest.raises(NotFound):
            await archive.take_out(number, "test", NOW)
    async with database.read() as connection:
        query = select(tables.list_post).where(tables.list_post.c.list_id == owner.id, tables.list_post.c.number == 2)
        row = (await connection.execute(query)).mappings().one()
        holders = select(tables.content_ref.c.holder).where(tables.content_ref.c.content == f"c{owner.id}-2")
        assert (await connection.execute(holders)).scalars().all() == ["released"]
    assert (row["mail"], row["content"], row["words"], row["subject"], row["poster"]) == (None, None, "", "", "")


async def test_what_is_being_sent_out_stays(database: Database, owner: MailingList) -> None:
    await keep(database, owner, 5, POSTS[0], "open")
    with pytest.raises(Conflict):
        await ListArchive(database, owner).take_out(5, "test", NOW)
    assert (await ListArchive(database, owner).get(5)).subject == "Herons"


async def test_posts_are_forgotten_after_archive_days_and_not_before(database: Database, owner: MailingList) -> None:
    dated = await make_list(database, "terns", archive_days=3)
    ids = [await keep(database, dated, number, POSTS[0], "expanded") for number in (1, 2, 3)]
    ids.append(await keep(database, dated, 0, POSTS[0], "open"))
    now = NOW + 5 * DAY + 1
    async with database.transaction() as connection:
        assert await list_archive.forget_old(connection, now, 1) == 1
    async with database.transaction() as connection:
        assert await list_archive.forget_old(connection, now, 9) == 1
        assert await list_archive.forget_old(connection, now, 9) == 0
    assert await numbers(database, dated) == [4, 3]
    assert await numbers(database, owner) == [3, 2, 1]
    async with database.transaction() as connection:
        held = select(tables.content_ref.c.content).where(
            tables.content_ref.c.holder.in_([content_refs.post_holder(one) for one in ids])
        )
        assert set((await connection.execute(held)).scalars()) == {f"c{dated.id}-0", f"c{dated.id}-3"}
        await connection.execute(update(tables.mailing_list).values(archive_days=None))
        assert await list_archive.forget_old(connection, now + 9 * DAY, 9) == 0
