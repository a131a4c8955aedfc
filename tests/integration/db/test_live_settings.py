import pytest
from tests.builders import a_seal
from tests.integration.db.waiting import seconds_until

from mailcore.db.changes import ChangeFeed
from mailcore.db.database import Database
from mailcore.db.settings_store import LiveSettings, SettingsStore

ME = "the operator"


@pytest.mark.parametrize("settings_first", [True, False])
async def test_what_is_stored_holds_from_the_start(database: Database, feed: ChangeFeed, settings_first: bool) -> None:
    await SettingsStore(database, a_seal()).patch("smtp", {"max_hops": 3}, ME)
    live = LiveSettings(database, feed, a_seal())
    if settings_first:
        await live.start()
        await SettingsStore(database, a_seal()).patch("smtp", {"max_hops": 4}, ME)
    await feed.start()
    assert live.current.settings.smtp.max_hops == (4 if settings_first else 3)


async def test_change_holds_in_two_replicas_within_a_second(database: Database, feed: ChangeFeed) -> None:
    other = ChangeFeed(database)
    replicas = [LiveSettings(database, feed, a_seal()), LiveSettings(database, other, a_seal())]
    await feed.start()
    await other.start()
    taken = replicas[0].current
    await SettingsStore(database, a_seal()).patch("smtp", {"max_hops": 3}, ME)

    async def holds() -> bool:
        return all(replica.current.settings.smtp.max_hops == 3 for replica in replicas)

    assert await seconds_until(holds) < 1
    assert replicas[0].current.revision == 1
    assert taken.settings.smtp.max_hops == 100, "a snapshot that was taken stays as it is"
    await other.stop()
