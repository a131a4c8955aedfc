import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert, select
from structlog.testing import capture_logs
from tests.builders import a_seal

from mailcore.db.audit_log import AuditLog
from mailcore.db.database import Database
from mailcore.db.settings_store import SettingChange, SettingsStore
from mailcore.db.tables import audit, setting_revision
from mailcore.errors import Changed, Invalid, NotFound
from mailcore.seal import Seal
from mailcore.settings import RuntimeSettings

ME = "the operator"


@pytest.fixture
def store(database: Database) -> SettingsStore:
    return SettingsStore(database, a_seal())


async def test_without_revisions_the_defaults_hold(store: SettingsStore) -> None:
    snapshot = await store.current()
    assert (snapshot.revision, snapshot.settings) == (0, RuntimeSettings())
    (only,) = (await store.revisions(None, 10)).items
    assert (only.number, only.at, only.author, only.changes) == (0, None, None, ())


async def test_patch_makes_a_revision_with_author_and_changes(store: SettingsStore, database: Database) -> None:
    snapshot = await store.patch("smtp", {"max_recipients": 5, "accept_null_sender": False}, ME)
    assert snapshot == await store.current()
    assert (snapshot.revision, snapshot.settings.smtp.max_recipients) == (1, 5)
    revision = await store.revision(1)
    assert revision.author == ME
    assert revision.at is not None
    assert revision.changes == (
        SettingChange(key="smtp.max_recipients", before=100, after=5),
        SettingChange(key="smtp.accept_null_sender", before=True, after=False),
    )
    assert revision.overrides == {"smtp": {"max_recipients": 5, "accept_null_sender": False}}
    (entry,) = (await AuditLog(database).list(None, 10, entity="settings")).items
    assert (entry.author, entry.key) == (ME, "1")
    assert entry.before == {"smtp.max_recipients": 100, "smtp.accept_null_sender": True}
    assert entry.after == {"smtp.max_recipients": 5, "smtp.accept_null_sender": False}


async def test_patch_that_changes_nothing_makes_no_revision(store: SettingsStore) -> None:
    for patch in ({}, {"max_recipients": 100}, {"max_recipients": None}):
        assert (await store.patch("smtp", patch, ME)).revision == 0
    await store.patch("smtp", {"max_recipients": 5}, ME)
    assert (await store.patch("smtp", {"max_recipients": 5}, ME)).revision == 1


async def test_null_resets(store: SettingsStore) -> None:
    await store.patch("smtp", {"max_recipients": 5, "max_hops": 7}, ME)
    snapshot = await store.patch("smtp", {"max_recipients": None}, ME)
    assert (snapshot.settings.smtp.max_recipients, snapshot.settings.smtp.max_hops) == (100, 7)
    assert (await store.revision(2)).overrides == {"smtp": {"max_hops": 7}}


@pytest.mark.parametrize(
    ("patch", "locations"),
    [
        ({"max_recipients": -1}, [("max_recipients",)]),
        ({"max_recipients": "5"}, [("max_recipients",)]),
        ({"accept_null_sender": 0}, [("accept_null_sender",)]),
        ({"unknown": 1}, [("unknown",)]),
        ({"add_date": "sometimes", "max_hops": 3}, [("add_date",)]),
    ],
)
async def test_wrong_patch_names_the_key_and_applies_nothing(
    store: SettingsStore, patch: dict[str, Any], locations: list[tuple[str, ...]]
) -> None:
    with pytest.raises(Invalid) as refusal:
        await store.patch("smtp", patch, ME)
    assert [problem.loc for problem in refusal.value.problems] == locations
    assert (await store.current()).revision == 0


async def test_unknown_group_is_not_found(store: SettingsStore) -> None:
    with pytest.raises(NotFound):
        await store.patch("nothing", {}, ME)
    with pytest.raises(NotFound):
        store.group_of(await store.current(), "nothing")


async def test_group_has_a_version_of_its_own(store: SettingsStore) -> None:
    _, smtp = store.group_of(await store.current(), "smtp")
    await store.patch("trace", {"retention_days": 5}, ME)
    await store.patch("smtp", {"max_hops": 5}, ME, [smtp])
    with pytest.raises(Changed):
        await store.patch("smtp", {"max_hops": 6}, ME, [smtp])


async def test_many_patches_at_once_all_hold(store: SettingsStore) -> None:
    keys = ["max_recipients", "max_hops", "max_command_errors", "max_session_minutes", "dns_attempts"]
    await asyncio.gather(*(store.patch("smtp", {key: 7}, ME) for key in keys))
    snapshot = await store.current()
    assert snapshot.revision == 5
    assert [getattr(snapshot.settings.smtp, key) for key in keys] == [7] * 5


async def test_of_many_who_patch_one_version_one_succeeds(store: SettingsStore) -> None:
    _, version = store.group_of(await store.current(), "smtp")
    results = await asyncio.gather(
        *(store.patch("smtp", {"max_hops": number}, ME, [version]) for number in range(5)), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in results) == ["Changed"] * 4 + ["Snapshot"]


async def test_restored_revision_is_a_new_one(store: SettingsStore) -> None:
    await store.patch("smtp", {"max_hops": 1}, ME)
    await store.patch("smtp", {"max_hops": 2}, ME)
    snapshot = await store.restore(1, "another")
    assert (snapshot.revision, snapshot.settings.smtp.max_hops) == (3, 1)
    restored = await store.revision(3)
    assert restored.author == "another"
    assert restored.changes == (SettingChange(key="smtp.max_hops", before=2, after=1),)
    assert (await store.restore(0, ME)).settings == RuntimeSettings()
    assert (await store.restore(0, ME)).revision == 4


async def test_difference_of_two_revisions(store: SettingsStore) -> None:
    await store.patch("smtp", {"max_hops": 1}, ME)
    await store.patch("smtp", {"max_hops": 2, "max_recipients": 3}, ME)
    assert await store.diff(0, 2) == (
        SettingChange(key="smtp.max_recipients", before=100, after=3),
        SettingChange(key="smtp.max_hops", before=100, after=2),
    )
    assert await store.diff(2, 1) == (
        SettingChange(key="smtp.max_recipients", before=3, after=100),
        SettingChange(key="smtp.max_hops", before=2, after=1),
    )
    assert await store.diff(1, 1) == ()


@pytest.mark.parametrize("number", [-1, 7, 2**31, 2**70])
async def test_revision_that_is_not_there_is_not_found(store: SettingsStore, number: int) -> None:
    with pytest.raises(NotFound):
        await store.revision(number)
    with pytest.raises(NotFound):
        await store.restore(number, ME)
    with pytest.raises(NotFound):
        await store.diff(0, number)


async def test_history_is_paged_newest_first_down_to_the_defaults(store: SettingsStore) -> None:
    for number in range(1, 5):
        await store.patch("smtp", {"max_hops": number}, ME)
    found: list[int] = []
    cursor, pages = None, 0
    while cursor is not None or pages == 0:
        page = await store.revisions(cursor, 2)
        found += [revision.number for revision in page.items]
        cursor, pages = page.next, pages + 1
    assert found == [4, 3, 2, 1, 0]
    assert pages == 3
    with pytest.raises(Invalid):
        await store.revisions("x", 2)
    assert (await store.revisions("0", 2)).items == ()
    assert (await store.revisions(str(2**63 - 1), 1)).items[0].number == 4


async def store_by_hand(database: Database, overrides: dict[str, Any]) -> None:
    row = {"number": 1, "author": "an older version", "changes": [], "overrides": overrides}
    row["at"] = datetime.now(UTC)
    async with database.transaction() as connection:
        await connection.execute(insert(setting_revision).values(row))


async def test_stored_value_that_no_longer_validates_is_logged_and_ignored(
    store: SettingsStore, database: Database
) -> None:
    await store_by_hand(database, {"smtp": {"max_hops": 3, "max_recipients": -1, "gone": True}, "gone": {"a": 1}})
    with capture_logs() as told:
        snapshot = await store.current()
    assert (snapshot.settings.smtp.max_hops, snapshot.settings.smtp.max_recipients) == (3, 100)
    for key in ("smtp.max_recipients", "smtp.gone", "gone.a"):
        assert key in str(told)
    patched = await store.patch("smtp", {"max_command_errors": 4}, ME)
    assert patched.settings.smtp.max_hops == 3
    assert (await store.revision(2)).overrides == {"smtp": {"max_hops": 3, "max_command_errors": 4}}


async def stored_text(database: Database) -> str:
    async with database.read() as connection:
        rows = (await connection.execute(select(setting_revision))).mappings().all()
        told = (await connection.execute(select(audit))).mappings().all()
    return str([*rows, *told])


async def test_a_secret_lies_in_the_database_sealed(store: SettingsStore, database: Database) -> None:
    await store.patch("delivery", {"smarthost_password": "hunter2", "smarthost_user": "ada"}, ME)
    await store.patch("delivery", {"smarthost_user": "bea"}, ME)
    assert "hunter2" not in await stored_text(database)
    password = (await store.current()).settings.delivery.smarthost_password
    assert password is not None
    assert password.get_secret_value() == "hunter2"
    assert "hunter2" not in str(await store.revisions(None, 10))
    assert "sealed" not in str(await store.revisions(None, 10))
    assert await store.diff(1, 2) == (SettingChange(key="delivery.smarthost_user", before="ada", after="bea"),)


async def test_writing_the_same_secret_again_is_no_change(store: SettingsStore) -> None:
    await store.patch("delivery", {"smarthost_password": "hunter2"}, ME)
    assert (await store.patch("delivery", {"smarthost_password": "hunter2"}, ME)).revision == 1
    assert (await store.patch("delivery", {"smarthost_password": "hunter3"}, ME)).revision == 2


async def test_an_old_secret_is_restored(store: SettingsStore, database: Database) -> None:
    await store.patch("delivery", {"smarthost_password": "hunter2"}, ME)
    await store.patch("delivery", {"smarthost_password": "hunter3"}, ME)
    await store.restore(1, ME)
    password = (await store.current()).settings.delivery.smarthost_password
    assert password is not None
    assert password.get_secret_value() == "hunter2"
    assert "hunter" not in await stored_text(database)


async def test_a_secret_from_before_is_read_and_sealed_by_the_next_change(
    store: SettingsStore, database: Database
) -> None:
    await store_by_hand(database, {"delivery": {"smarthost_password": "hunter2"}})
    snapshot = await store.patch("delivery", {"smarthost_user": "ada"}, ME)
    assert snapshot.settings.delivery.smarthost_password is not None
    assert snapshot.settings.delivery.smarthost_password.get_secret_value() == "hunter2"
    async with database.read() as connection:
        newest = await connection.execute(select(setting_revision.c.overrides).where(setting_revision.c.number == 2))
    assert "hunter2" not in str(newest.scalar_one())


async def test_a_secret_that_cannot_be_opened_is_logged_and_kept(store: SettingsStore, database: Database) -> None:
    await store.patch("delivery", {"smarthost_password": "hunter2"}, ME)
    mistaken = SettingsStore(database, Seal([b"\1" * 32]))
    with capture_logs() as told:
        password = (await mistaken.current()).settings.delivery.smarthost_password
    assert password is not None
    assert password.get_secret_value() == ""
    assert "KEY_FILE does not hold" in str(told)
    await mistaken.patch("smtp", {"max_hops": 3}, ME)
    kept = (await store.current()).settings.delivery.smarthost_password
    assert kept is not None
    assert kept.get_secret_value() == "hunter2"
