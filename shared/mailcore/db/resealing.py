"""Seals what lies in the database under an older key, or in the clear, anew: at every migration.

So a new key put above the old ones in KEY_FILE holds for everything after the next migration, and the old ones may go.
"""

import structlog
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db.database import Database
from mailcore.db.dkim_key_kind import seal_place
from mailcore.db.locks import lock_table
from mailcore.db.sealed_settings import resealed
from mailcore.db.tables import dkim_key, domain, setting_revision
from mailcore.errors import SealBroken
from mailcore.seal import Seal

log = structlog.get_logger(__name__)


async def reseal(url: str, seal: Seal) -> None:
    """Seal all secrets of the database of `url` under the newest key of `seal`. Does nothing when they are.

    What no key of `seal` opens stays as it is. Raises DatabaseAway.
    """
    database = await Database.open(url)
    try:
        async with database.transaction() as connection:
            done = await _reseal_settings(connection, seal) + await _reseal_keys(connection, seal)
    finally:
        await database.close()
    if done:
        log.info("secrets_sealed_anew", number=done)


async def _reseal_settings(connection: AsyncConnection, seal: Seal) -> int:
    """Revisions too, since any of them may be restored."""
    await lock_table(connection, setting_revision)
    query = select(setting_revision.c.number, setting_revision.c.overrides)
    done = 0
    for row in (await connection.execute(query)).all():
        if (overrides := resealed(row.overrides, seal)) is not None:
            change = update(setting_revision).where(setting_revision.c.number == row.number)
            await connection.execute(change.values(overrides=overrides))
            done += 1
    return done


async def _reseal_keys(connection: AsyncConnection, seal: Seal) -> int:
    query = (
        select(dkim_key.c.id, dkim_key.c.selector, dkim_key.c.private_key, domain.c.name)
        .join(domain, domain.c.id == dkim_key.c.domain_id)
        .with_for_update(of=dkim_key)
    )
    done = 0
    for row in (await connection.execute(query)).all():
        if seal.is_newest(row.private_key):
            continue
        place = seal_place(row.name, row.selector)
        try:
            private = seal.open(row.private_key, place)
        except SealBroken:
            continue
        change = update(dkim_key).where(dkim_key.c.id == row.id)
        await connection.execute(change.values(private_key=seal.close(private, place)))
        done += 1
    return done
