import pytest

from mailcore.db.audit_log import AuditLog, record
from mailcore.db.database import Database
from mailcore.errors import Invalid


@pytest.fixture
async def log(database: Database) -> AuditLog:
    async with database.transaction() as connection:
        for number in range(5):
            await record(
                connection,
                author="ann" if number % 2 else "bob",
                action="update",
                entity="domain" if number < 3 else "account",
                key=f"ключ-{number}",
                before={"text": "\0", "number": number, "nested": {"list": [1, None]}},
                after=None,
            )
    return AuditLog(database)


async def test_newest_comes_first_page_by_page(log: AuditLog) -> None:
    first = await log.list(None, 3)
    assert [entry.key for entry in first.items] == ["ключ-4", "ключ-3", "ключ-2"]
    second = await log.list(first.next, 3)
    assert [entry.key for entry in second.items] == ["ключ-1", "ключ-0"]
    assert second.next is None


async def test_values_are_kept_as_they_were(log: AuditLog) -> None:
    entry = (await log.list(None, 1)).items[0]
    assert entry.before == {"text": "\0", "number": 4, "nested": {"list": [1, None]}}
    assert entry.after is None
    assert entry.at.tzinfo is not None


async def test_only_what_matches_everything_given(log: AuditLog) -> None:
    assert len((await log.list(None, 9, author="ann")).items) == 2
    assert [entry.key for entry in (await log.list(None, 9, author="ann", entity="account")).items] == ["ключ-3"]
    assert [entry.key for entry in (await log.list(None, 9, key="ключ-0")).items] == ["ключ-0"]
    assert (await log.list(None, 9, author="nobody\0")).items == ()


async def test_wrong_cursor_is_invalid(log: AuditLog) -> None:
    with pytest.raises(Invalid):
        await log.list("no cursor", 1)
