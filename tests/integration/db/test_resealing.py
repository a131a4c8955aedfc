"""A migration seals what lies in the clear or under an older key."""

import json
from datetime import UTC, datetime

from sqlalchemy import insert, select
from tests.builders import a_seal

from mailcore.db.database import Database
from mailcore.db.resealing import reseal
from mailcore.db.settings_store import SettingsStore
from mailcore.db.tables import setting_revision
from mailcore.seal import Seal

ME = "the operator"


async def overrides_of(database: Database) -> list[str]:
    async with database.read() as connection:
        query = select(setting_revision.c.overrides).order_by(setting_revision.c.number)
        return [json.dumps(value) for value in (await connection.execute(query)).scalars()]


async def test_every_revision_is_sealed(database: Database, database_url: str) -> None:
    row = {"author": ME, "changes": [], "at": datetime.now(UTC)}
    for number, password in enumerate(("hunter2", "hunter3"), start=1):
        async with database.transaction() as connection:
            kept = {"delivery": {"smarthost_password": password}, "smtp": {"max_hops": 3}}
            await connection.execute(insert(setting_revision).values(number=number, overrides=kept, **row))
    await reseal(database_url, a_seal())
    sealed = await overrides_of(database)
    assert "hunter" not in str(sealed)
    store = SettingsStore(database, a_seal())
    assert (await store.current()).settings.smtp.max_hops == 3
    for number, password in ((2, "hunter3"), (1, "hunter2")):
        await store.restore(number, ME)
        held = (await store.current()).settings.delivery.smarthost_password
        assert held is not None
        assert held.get_secret_value() == password
    await reseal(database_url, a_seal())
    assert (await overrides_of(database))[:2] == sealed, "what is sealed stays as it is"


async def test_after_a_migration_the_old_key_may_go(database: Database, database_url: str) -> None:
    await SettingsStore(database, a_seal()).patch("delivery", {"smarthost_password": "hunter2"}, ME)
    new, old = b"\1" * 32, bytes(32)
    await reseal(database_url, Seal([new, old]))
    password = (await SettingsStore(database, Seal([new])).current()).settings.delivery.smarthost_password
    assert password is not None
    assert password.get_secret_value() == "hunter2"


async def test_an_empty_database_has_nothing_to_seal(database: Database, database_url: str) -> None:
    await reseal(database_url, a_seal())
    assert await overrides_of(database) == []
