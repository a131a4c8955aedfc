import asyncio

import pytest

from mailcore.db.database import Database
from mailcore.db.login_failures import LATELY_SECONDS, LoginFailures, LoginHistory, LoginOrigin, origin_of

ADA = "ada@example.com"
NOON = 1_800_000_000.0
MINUTE = 60.0
DAY = 86_400.0


@pytest.fixture
def failures(database: Database) -> LoginFailures:
    return LoginFailures(database)


def ada(ip: str = "192.0.2.1") -> LoginOrigin:
    return origin_of(ip, ADA, ADA)


async def test_what_failed_is_counted_by_address_network_and_both(failures: LoginFailures) -> None:
    await failures.failed(ada("192.0.2.1"), NOON)
    await failures.failed(ada("192.0.2.1"), NOON)
    await failures.failed(ada("192.0.2.2"), NOON)
    await failures.failed(origin_of("192.0.2.1", "bea@example.com", ""), NOON)
    await failures.failed(ada("198.51.100.1"), NOON)
    assert await failures.history(ada("192.0.2.1"), 15, NOON) == LoginHistory(3, 3, 2)
    assert await failures.history(ada("192.0.2.3"), 15, NOON) == LoginHistory(0, 3, 0)
    assert await failures.history(origin_of("192.0.2.1", None, "x"), 15, NOON) == LoginHistory(3, 0, 0)


@pytest.mark.parametrize(("minutes", "count"), [(0, 1), (14, 1), (15, 1), (16, 0)])
async def test_a_failure_counts_for_the_window(failures: LoginFailures, minutes: int, count: int) -> None:
    await failures.failed(ada(), NOON)
    assert (await failures.history(ada(), 15, NOON + minutes * MINUTE)).from_address == count


async def test_replicas_count_together(database: Database) -> None:
    replicas = [LoginFailures(database) for _ in range(2)]
    origins = [ada("192.0.2.1"), origin_of("192.0.2.1", "bea@example.com", ""), ada("192.0.2.9")]
    await asyncio.gather(*(replicas[n % 2].failed(origins[n % 3], NOON) for n in range(30)))
    assert await replicas[0].history(ada("192.0.2.1"), 1, NOON) == LoginHistory(20, 20, 10)


async def test_a_network_is_known_for_a_month_and_noted_once_a_day(failures: LoginFailures) -> None:
    async def used_at(ip: str, now: float) -> float | None:
        return (await failures.history(ada(ip), 15, now)).used_at

    assert await used_at("192.0.2.1", NOON) is None
    await failures.succeeded(ada("192.0.2.1"), LoginHistory(), NOON)
    assert await used_at("192.0.2.99", NOON) == NOON
    assert await used_at("198.51.100.1", NOON) is None
    assert await used_at("192.0.2.1", NOON + LATELY_SECONDS) == NOON
    assert await used_at("192.0.2.1", NOON + LATELY_SECONDS + 1) is None
    await failures.succeeded(ada(), LoginHistory(used_at=NOON), NOON + DAY)
    assert await used_at("192.0.2.1", NOON + DAY) == NOON
    await failures.succeeded(ada(), LoginHistory(used_at=NOON), NOON + DAY + 1)
    assert await used_at("192.0.2.1", NOON + DAY + 1) == NOON + DAY + 1


async def test_who_gets_it_right_starts_anew_and_others_do_not(failures: LoginFailures) -> None:
    bea = origin_of("192.0.2.1", "bea@example.com", "")
    for origin in (ada(), ada(), bea):
        await failures.failed(origin, NOON)
    await failures.succeeded(ada(), await failures.history(ada(), 15, NOON), NOON)
    assert await failures.history(ada(), 15, NOON) == LoginHistory(3, 0, 0, NOON)
    assert await failures.history(bea, 15, NOON) == LoginHistory(3, 1, 1)


@pytest.mark.parametrize(
    ("ip", "address", "network"),
    [
        ("192.0.2.7", "192.0.2.7/32", "192.0.2.0/24"),
        ("::ffff:192.0.2.7", "192.0.2.7/32", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/64", "fe80::/48"),
    ],
)
def test_where_somebody_is(ip: str, address: str, network: str) -> None:
    origin = origin_of(ip, ADA, "whatever")
    assert (origin.account, origin.address, origin.network) == (ADA, address, network)


def test_a_name_that_is_none_cannot_be_read_from_what_is_kept() -> None:
    origin = origin_of("192.0.2.7", None, "hunter2")
    assert "hunter2" not in str(origin)
    assert len(origin.account) == 5
    assert origin_of("192.0.2.7", None, "\udcff\udcfe").account.startswith("?")
