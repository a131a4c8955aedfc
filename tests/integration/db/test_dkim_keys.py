"""Keys of domains: from their making to their end, and in every replica within a second."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError
from structlog.testing import capture_logs
from tests.builders import a_seal
from tests.integration.db.waiting import seconds_until

from mailcore.db.audit_log import AuditLog
from mailcore.db.changes import ChangeFeed
from mailcore.db.database import Database
from mailcore.db.dkim_keys import DkimKeyStore
from mailcore.db.entity_store import EntityStore
from mailcore.db.kinds import DomainKind
from mailcore.db.resealing import reseal
from mailcore.db.signing_keys import SigningKeys
from mailcore.db.tables import dkim_key
from mailcore.directory.dkim_key import DkimKey, DkimKeyFields, DkimPublication
from mailcore.directory.domain import Domain, DomainFields
from mailcore.dkim.keys import Algorithm
from mailcore.errors import Conflict, Duplicate, Invalid, NotFound
from mailcore.seal import Seal

ME = "the operator"


async def a_domain(database: Database, name: str = "example.org") -> Domain:
    return (await EntityStore(database, DomainKind()).create(DomainFields(name=name), ME)).value


async def keys_of(database: Database, domain: Domain, *, published: bool = True) -> DkimKeyStore:
    async def look(_: DkimKey) -> DkimPublication:
        status = "published" if published else "missing"
        return DkimPublication.model_validate({"status": status, "reason": "there is none", "found": ()})

    return DkimKeyStore(database, a_seal(), look, domain)


@pytest.fixture
async def domain(database: Database) -> Domain:
    return await a_domain(database)


@pytest.fixture
async def store(database: Database, domain: Domain) -> DkimKeyStore:
    return await keys_of(database, domain)


def ed25519(selector: str | None = None) -> DkimKeyFields:
    return DkimKeyFields(selector=selector, algorithm="ed25519-sha256")


async def the_state(store: DkimKeyStore, selector: str) -> str:
    return (await store.get(selector)).value.state


async def age(database: Database, selector: str, by: timedelta) -> None:
    async with database.transaction() as connection:
        change = update(dkim_key).where(dkim_key.c.selector == selector)
        await connection.execute(change.values(state_since=datetime.now(UTC) - by))


@pytest.mark.parametrize("algorithm", ["rsa-sha256", "ed25519-sha256"])
async def test_a_key_is_made_here_and_pending(store: DkimKeyStore, algorithm: Algorithm) -> None:
    key = (await store.create(DkimKeyFields(algorithm=algorithm), ME)).value
    kind = algorithm.partition("-")[0]
    assert key.selector == f"{key.created_at:%Y%m%d}-{kind}"
    assert (key.domain, key.state, key.removable_at) == ("example.org", "pending", None)
    assert key.record.name == f"{key.selector}._domainkey.example.org"
    assert key.record.value.startswith(f"v=DKIM1; k={kind}; p=")
    assert "".join(key.record.strings) == key.record.value
    assert len(key.record.strings) == (2 if kind == "rsa" else 1)
    assert (await store.get(key.selector.upper())).value == key


async def test_the_private_key_is_sealed_and_shown_nowhere(store: DkimKeyStore, database: Database) -> None:
    made = (await store.create(ed25519("s"), ME)).value
    async with database.read() as connection:
        sealed = (await connection.execute(select(dkim_key.c.private_key))).scalar_one()
    private = a_seal().open(sealed, "dkim example.org s")
    assert private not in sealed.encode()
    told = f"{made!r} {made.model_dump_json()} {(await AuditLog(database).list(None, 10)).items}"
    assert "private" not in told
    assert sealed not in told


async def test_selectors_that_nobody_chose_do_not_meet(store: DkimKeyStore) -> None:
    made = [(await store.create(ed25519(), ME)).value.selector for _ in range(3)]
    assert made == [made[0], f"{made[0]}-2", f"{made[0]}-3"]


async def test_a_selector_is_taken_once_in_a_domain(store: DkimKeyStore, database: Database) -> None:
    await store.create(ed25519("S1.Mail"), ME)
    with pytest.raises(Duplicate):
        await store.create(ed25519("s1.mail"), ME)
    other = await keys_of(database, await a_domain(database, "example.net"))
    assert (await other.create(ed25519("s1.mail"), ME)).value.domain == "example.net"
    assert [key.domain for key in (await store.list(None, 10)).items] == ["example.org"]
    with pytest.raises(NotFound):
        await other.get("s2")


@pytest.mark.parametrize("selector", ["", "-a", "a-", "a..b", "a b", "ä", "_a", "a" * 64, ".", 'a"'])
def test_what_is_no_selector(selector: str) -> None:
    with pytest.raises(ValueError, match="selector"):
        DkimKeyFields(selector=selector)


async def test_a_name_that_dns_cannot_hold_is_refused(database: Database) -> None:
    domain = await a_domain(database, ".".join(["a" * 63] * 3) + ".example")
    store = await keys_of(database, domain)
    with pytest.raises(Invalid, match="253"):
        await store.create(ed25519("b" * 50), ME)


async def test_a_key_takes_the_place_of_the_one_that_signs(store: DkimKeyStore, database: Database) -> None:
    for selector in ("old", "new"):
        await store.create(ed25519(selector), ME)
    await store.create(DkimKeyFields(selector="rsa"), ME)
    for selector in ("old", "rsa", "new"):
        await store.patch(selector, {"state": "active"}, "who rotates")
    assert [await the_state(store, selector) for selector in ("old", "new", "rsa")] == ["retired", "active", "active"]
    old = (await store.get("old")).value
    assert old.removable_at == old.state_since + timedelta(days=7)
    entries = (await AuditLog(database).list(None, 2)).items
    assert {(entry.key, entry.author, (entry.after or {})["state"]) for entry in entries} == {
        ("example.org/new", "who rotates", "active"),
        ("example.org/old", "who rotates", "retired"),
    }


async def test_a_retired_key_may_sign_again(store: DkimKeyStore) -> None:
    for selector in ("old", "new"):
        await store.create(ed25519(selector), ME)
        await store.patch(selector, {"state": "active"}, ME)
    await store.patch("old", {"state": "active"}, ME)
    assert [await the_state(store, selector) for selector in ("old", "new")] == ["active", "retired"]


async def test_nothing_signs_before_dns_has_it(database: Database, domain: Domain) -> None:
    store = await keys_of(database, domain, published=False)
    await store.create(ed25519("s"), ME)
    with pytest.raises(Conflict, match=r"s._domainkey.example.org does not have the record of the key: there is none"):
        await store.patch("s", {"state": "active"}, ME)
    assert await the_state(store, "s") == "pending"
    insisted = DkimKeyStore(database, a_seal(), None, domain)
    await insisted.patch("s", {"state": "active"}, ME)
    # What signs already is not asked about again.
    await store.patch("s", {"state": "active"}, ME)
    await store.patch("s", {"state": "retired"}, ME)
    with pytest.raises(Conflict):
        await store.patch("s", {"state": "active"}, ME)


@pytest.mark.parametrize(
    ("before", "change"),
    [
        ("pending", {"state": "retired"}),
        ("active", {"state": "pending"}),
        ("active", {"state": None}),
        ("retired", {"state": "pending"}),
        ("pending", {"algorithm": "rsa-sha256"}),
        ("pending", {"algorithm": None}),
        ("pending", {"selector": "other"}),
        ("pending", {"selector": None}),
        ("pending", {"state": "gone"}),
        ("pending", {"record": {}}),
    ],
)
async def test_what_cannot_be_changed(store: DkimKeyStore, before: str, change: dict[str, object]) -> None:
    await store.create(ed25519("s"), ME)
    for state in {"pending": (), "active": ("active",), "retired": ("active", "retired")}[before]:
        await store.patch("s", {"state": state}, ME)
    with pytest.raises(Invalid):
        await store.patch("s", change, ME)
    assert await the_state(store, "s") == before


async def test_no_key_signs_from_its_making(store: DkimKeyStore) -> None:
    with pytest.raises(Invalid, match="pending"):
        await store.create(DkimKeyFields(algorithm="ed25519-sha256", state="active"), ME)


async def test_a_key_goes_when_no_mail_of_it_is_on_its_way(store: DkimKeyStore, database: Database) -> None:
    await store.create(ed25519("s"), ME)
    await store.patch("s", {"state": "active"}, ME)
    with pytest.raises(Conflict, match="signs"):
        await store.delete("s", ME)
    await store.patch("s", {"state": "retired"}, ME)
    with pytest.raises(Conflict, match="on its way until"):
        await store.delete("s", ME)
    await age(database, "s", timedelta(days=7, seconds=1))
    await store.delete("s", ME)
    await store.create(ed25519("s"), ME)
    await store.delete("s", ME)


async def test_two_who_rotate_at_once_leave_one_that_signs(store: DkimKeyStore, database: Database) -> None:
    for selector in ("a", "b", "c"):
        await store.create(ed25519(selector), ME)
    await asyncio.gather(*(store.patch(selector, {"state": "active"}, ME) for selector in ("a", "b", "c")))
    states = [await the_state(store, selector) for selector in ("a", "b", "c")]
    assert sorted(states) == ["active", "retired", "retired"]
    async with database.read() as connection:
        row = (await connection.execute(select(dkim_key).where(dkim_key.c.state == "active"))).mappings().one()
    with pytest.raises(IntegrityError):
        async with database.transaction() as connection:
            await connection.execute(insert(dkim_key).values({**row, "id": 99, "selector": "d"}))


async def test_keys_go_with_their_domain(store: DkimKeyStore, database: Database) -> None:
    await store.create(ed25519("s"), ME)
    await store.patch("s", {"state": "active"}, ME)
    await EntityStore(database, DomainKind()).delete("example.org", ME)
    async with database.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(dkim_key))).scalar_one() == 0
    with pytest.raises(NotFound):
        await store.create(ed25519("s"), ME)


async def test_every_replica_signs_by_it_within_a_second(
    store: DkimKeyStore, database: Database, feed: ChangeFeed
) -> None:
    other_feed = ChangeFeed(database)
    replicas = [SigningKeys(database, one, a_seal()) for one in (feed, other_feed)]
    await feed.start()
    await other_feed.start()
    await store.create(ed25519("s"), ME)
    assert [await replica.of("example.org") for replica in replicas] == [None, None]

    async def signs_by(*selectors: str) -> bool:
        found = [await replica.of("example.org") for replica in replicas]
        return all(keys is not None and tuple(key.selector for key in keys.keys) == selectors for keys in found)

    await store.patch("s", {"state": "active"}, ME)
    assert await seconds_until(lambda: signs_by("s")) < 1
    await store.create(DkimKeyFields(selector="r"), ME)
    await store.patch("r", {"state": "active"}, ME)
    assert await seconds_until(lambda: signs_by("r", "s")) < 1
    for selector in ("r", "s"):
        await store.patch(selector, {"state": "retired"}, ME)

    async def none_signs() -> bool:
        return [await replica.of("example.org") for replica in replicas] == [None, None]

    assert await seconds_until(none_signs) < 1
    await other_feed.stop()


async def test_a_key_that_does_not_open_is_left_out(store: DkimKeyStore, database: Database, feed: ChangeFeed) -> None:
    await store.create(ed25519("s"), ME)
    await store.patch("s", {"state": "active"}, ME)
    with capture_logs() as told:
        found = await SigningKeys(database, feed, Seal([b"\1" * 32])).of("example.org")
    assert found is not None
    assert (found.keys, found.left_out) == ((), ("s",))
    assert "KEY_FILE does not hold" in str(told)


async def test_after_a_migration_the_old_key_of_the_file_may_go(
    store: DkimKeyStore, database: Database, database_url: str, feed: ChangeFeed
) -> None:
    await store.create(ed25519("s"), ME)
    await store.patch("s", {"state": "active"}, ME)
    new = b"\1" * 32
    await reseal(database_url, Seal([new, bytes(32)]))
    found = await SigningKeys(database, feed, Seal([new])).of("example.org")
    assert found is not None
    assert [key.selector for key in found.keys] == ["s"]
    # What nothing opens stays as it is.
    await reseal(database_url, Seal([b"\2" * 32]))
    assert await SigningKeys(database, feed, Seal([new])).of("example.org") is not None
