import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from tests.fakes.dns_server import DnsServer

from mailcore.dns.interface import Answer, Budget, Mx, Record, Tlsa
from mailcore.dns.resolver import NO_ANSWER, CachingResolver
from mailcore.dns.servers import parse_servers


@pytest.mark.parametrize(
    ("line", "rdtype", "record"),
    [
        ("name.test A 192.0.2.1", "A", "192.0.2.1"),
        ("name.test AAAA 2001:db8:0::1", "AAAA", "2001:db8::1"),
        ("name.test MX 10 MX.Example.org.", "MX", Mx(10, "mx.example.org")),
        ("name.test MX 0 .", "MX", Mx(0, ".")),
        ("name.test PTR Host.test.", "PTR", "host.test"),
        ('name.test TXT "v=spf1 " "-all"', "TXT", b"v=spf1 -all"),
        (f"name.test TLSA 3 1 1 {'0b' * 32}", "TLSA", Tlsa(3, 1, 1, b"\x0b" * 32)),
    ],
)
async def test_records(
    server: DnsServer, resolver: CachingResolver, budget: Budget, *, line: str, rdtype: str, record: Record
) -> None:
    server.add(line)
    answer = await resolver.query("Name.TEST", rdtype, budget=budget)
    assert answer == Answer("found", (record,), 300, canonical="name.test")
    assert server.queries == [f"name.test {rdtype}"]


async def test_what_is_not_there(server: DnsServer, resolver: CachingResolver, budget: Budget) -> None:
    server.add("name.test A 192.0.2.1")
    assert await resolver.query("name.test", "MX", budget=budget) == Answer("no_data", ttl=60, has_soa=True)
    assert await resolver.query("nothing.test", "MX", budget=budget) == Answer("no_name", ttl=60, has_soa=True)


async def test_aliases_are_followed(server: DnsServer, resolver: CachingResolver, budget: Budget) -> None:
    server.add("alias.test CNAME name.test.", ttl=20)
    server.add("name.test A 192.0.2.1")
    server.add("nowhere.test CNAME nothing.test.", ttl=20)
    server.add("round.test CNAME and.test.")
    server.add("and.test CNAME round.test.")
    assert await resolver.query("alias.test", "A", budget=budget) == Answer(
        "found", ("192.0.2.1",), 20, canonical="name.test"
    )
    assert (await resolver.query("alias.test", "MX", budget=budget)).status == "no_data"
    answer = await resolver.query("nowhere.test", "A", budget=budget)
    assert (answer.status, answer.ttl) == ("no_name", 20)
    assert (await resolver.query("round.test", "A", budget=budget)).records == ()


async def test_any_is_asked_for_its_code(server: DnsServer, resolver: CachingResolver, budget: Budget) -> None:
    server.add("name.test A 192.0.2.1")
    server.add("name.test TRUNCATE")
    server.add("below.sub.test A 192.0.2.1")
    server.add("gone.test TRUNCATE")
    assert (await resolver.query("name.test", "ANY", budget=budget)).status in {"found", "no_data"}
    assert (await resolver.query("sub.test", "ANY", budget=budget)).status == "no_data"
    assert (await resolver.query("gone.test", "ANY", budget=budget)).status == "no_name"
    assert server.queries == ["name.test ANY", "sub.test ANY", "gone.test ANY"]  # none of them by TCP


@pytest.mark.parametrize("trick", ["SERVFAIL", "REFUSED", "NOTIMP", "FORMERR", "DROP"])
@pytest.mark.parametrize("attempts", [1, 3])
async def test_no_answer(
    server: DnsServer, resolver: CachingResolver, budget: Budget, trick: str, attempts: int
) -> None:
    server.add("name.test A 192.0.2.1")
    server.add(f"name.test {trick}")
    patient = replace(budget, timeout_seconds=0.05, attempts=attempts)
    assert await resolver.query("name.test", "A", budget=patient) == NO_ANSWER
    assert server.queries == ["name.test A"] * attempts
    server.remove("name.test")
    server.add("name.test A 192.0.2.2")
    assert (await resolver.query("name.test", "A", budget=patient)).records == ("192.0.2.2",)  # it was not kept


async def test_a_later_try_may_be_answered(server: DnsServer, resolver: CachingResolver, budget: Budget) -> None:
    server.add("name.test A 192.0.2.1")
    server.add("name.test DROP 2")
    patient = replace(budget, timeout_seconds=0.05, attempts=3)
    assert (await resolver.query("name.test", "A", budget=patient)).records == ("192.0.2.1",)
    assert server.queries == ["name.test A"] * 3


async def test_a_try_takes_no_longer_than_its_timeout(
    server: DnsServer, resolver: CachingResolver, budget: Budget
) -> None:
    server.add("slow.test A 192.0.2.1")
    server.add("slow.test DELAY 0.15")
    server.add("slower.test A 192.0.2.1")
    server.add("slower.test DELAY 30")
    hasty = replace(budget, timeout_seconds=0.05)
    async with asyncio.timeout(30):
        assert await resolver.query("slower.test", "A", budget=hasty) == NO_ANSWER
    assert (await resolver.query("slow.test", "A", budget=replace(budget, timeout_seconds=1))).status == "found"


async def test_a_server_that_is_down_costs_no_wait(budget: Budget) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as gone:
        gone.bind(("127.0.0.1", 0))
        port = gone.getsockname()[1]
    resolver = CachingResolver(parse_servers(f"127.0.0.1:{port}"))
    async with asyncio.timeout(30):
        assert await resolver.query("name.test", "A", budget=replace(budget, timeout_seconds=60)) == NO_ANSWER


async def test_all_ends_at_the_deadline(server: DnsServer, resolver: CachingResolver) -> None:
    server.add("name.test DROP")
    now = asyncio.get_running_loop().time()
    answer = await resolver.query("name.test", "A", budget=Budget(60, 4, now + 0.1))
    assert answer == NO_ANSWER
    assert 0.1 <= asyncio.get_running_loop().time() - now < 0.3
    over = await resolver.query("name.test", "A", budget=Budget(60, 4, now))
    assert over == NO_ANSWER
    assert Budget.of_command(60, 4, now).deadline == now + 240


async def test_a_truncated_response_is_fetched_by_tcp(
    server: DnsServer, resolver: CachingResolver, budget: Budget
) -> None:
    for number in range(100):
        server.add(f"big.test TXT {'x' * 200}{number}")
    server.add("big.test TRUNCATE")
    answer = await resolver.query("big.test", "TXT", budget=budget)
    assert len(answer.records) == 100
    assert server.queries == ["big.test TXT", "big.test TXT tcp"]


@pytest.mark.parametrize("trick", ["WRONG_ID", "WRONG_QUESTION"])
async def test_what_answers_something_else_is_passed_over(
    server: DnsServer, resolver: CachingResolver, budget: Budget, trick: str
) -> None:
    server.add("name.test A 192.0.2.1")
    server.add(f"name.test {trick}")
    assert (await resolver.query("name.test", "A", budget=budget)).records == ("192.0.2.1",)
    assert server.queries == ["name.test A"]


async def test_ids_are_not_to_be_guessed(server: DnsServer, resolver: CachingResolver, budget: Budget) -> None:
    for number in range(20):
        await resolver.query(f"{number}.test", "A", budget=budget)
    assert len({query.id for query in server.seen}) >= 19


async def test_a_server_without_edns_is_asked_without(
    server: DnsServer, resolver: CachingResolver, budget: Budget
) -> None:
    server.add("name.test A 192.0.2.1")
    server.add("name.test NO_EDNS")
    assert (await resolver.query("name.test", "A", budget=budget)).status == "found"
    assert [query.edns for query in server.seen] == [0, -1]


async def test_whether_it_was_verified(server: DnsServer, resolver: CachingResolver, budget: Budget) -> None:
    server.add("name.test A 192.0.2.1")
    server.add("name.test AD")
    server.add("other.test A 192.0.2.1")
    assert (await resolver.query("name.test", "A", budget=budget)).is_authenticated
    assert not (await resolver.query("other.test", "A", budget=budget)).is_authenticated


async def test_a_name_that_cannot_be_is_not_asked_for(
    server: DnsServer, resolver: CachingResolver, budget: Budget
) -> None:
    assert (await resolver.query("x" * 64 + ".test", "A", budget=budget)).status == "no_name"
    assert (await resolver.query(".".join(["x" * 60] * 5), "A", budget=budget)).status == "no_name"
    assert server.queries == []


class Clock:
    """A clock that a test sets."""

    now = 1000.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


async def test_answers_are_kept_as_long_as_they_say(server: DnsServer, budget: Budget) -> None:
    clock = Clock()
    resolver = CachingResolver(parse_servers(server.address), timer=clock)
    server.add("name.test A 192.0.2.1", ttl=10)
    for seconds, queries in [(0, 2), (9.5, 2), (0.5, 3), (49, 3), (1, 5)]:
        clock.now += seconds
        assert (await resolver.query("name.test.", "A", budget=budget)).status == "found"
        assert (await resolver.query("NOTHING.test", "A", budget=budget)).status == "no_name"
        assert len(server.queries) == queries if seconds != 49 else True
    assert server.queries.count("nothing.test A") == 2


async def test_those_without_soa_are_not_kept(server: DnsServer, resolver: CachingResolver, budget: Budget) -> None:
    server.add("name.test EMPTY")
    for _ in range(2):
        assert await resolver.query("name.test", "A", budget=budget) == Answer("no_data")
    assert len(server.queries) == 2


async def test_the_cache_is_bounded(server: DnsServer, budget: Budget) -> None:
    resolver = CachingResolver(parse_servers(server.address), most_entries=5)
    for number in range(20):
        await resolver.query(f"{number}.test", "A", budget=budget)
    await resolver.query("19.test", "A", budget=budget)
    assert len(server.queries) == 20
    await resolver.query("0.test", "A", budget=budget)
    assert len(server.queries) == 21


async def test_who_asks_the_same_shares_one_query(server: DnsServer, resolver: CachingResolver, budget: Budget) -> None:
    server.add("name.test A 192.0.2.1")
    server.add("name.test DELAY 0.05")
    asking = [asyncio.create_task(resolver.query(name, "A", budget=budget)) for name in ["name.test", "NAME.test."] * 9]
    await asyncio.sleep(0.01)
    asking[0].cancel()  # the one who asked first
    answers = await asyncio.gather(*asking[1:])
    assert {answer.records for answer in answers} == {("192.0.2.1",)}
    assert server.queries == ["name.test A"]


async def test_impatience_is_not_shared(server: DnsServer, resolver: CachingResolver, budget: Budget) -> None:
    server.add("name.test A 192.0.2.1")
    server.add("name.test DELAY 0.1")
    hasty = resolver.query("name.test", "A", budget=replace(budget, timeout_seconds=0.02, attempts=1))
    patient = resolver.query("name.test", "A", budget=replace(budget, timeout_seconds=1, attempts=1))
    assert [answer.status for answer in await asyncio.gather(hasty, patient)] == ["no_answer", "found"]


@pytest.fixture
async def second() -> AsyncIterator[DnsServer]:
    async with DnsServer("name.test A 192.0.2.2") as second:
        yield second


@pytest.mark.parametrize("trick", ["SERVFAIL", "DROP"])
async def test_the_next_server_is_asked_and_stays_first(
    server: DnsServer, second: DnsServer, budget: Budget, trick: str
) -> None:
    resolver = CachingResolver(parse_servers(f"{server.address},{second.address}"))
    server.add(f"name.test {trick}")
    answer = await resolver.query("name.test", "A", budget=replace(budget, timeout_seconds=0.05))
    assert answer.records == ("192.0.2.2",)
    await resolver.query("other.test", "A", budget=budget)
    assert server.queries == ["name.test A"]
    assert second.queries == ["name.test A", "other.test A"]


async def test_one_attempt_still_finds_the_server_that_answers(
    server: DnsServer, second: DnsServer, budget: Budget
) -> None:
    resolver = CachingResolver(parse_servers(f"{server.address},{second.address}"))
    server.add("name.test SERVFAIL")
    once = replace(budget, attempts=1)
    assert [(await resolver.query("name.test", "A", budget=once)).status for _ in range(2)] == ["no_answer", "found"]


async def test_a_server_may_be_named(server: DnsServer, budget: Budget) -> None:
    server.add("name.test A 192.0.2.1")
    resolver = CachingResolver(parse_servers(f"localhost:{server.port}"))
    assert (await resolver.query("name.test", "A", budget=replace(budget, timeout_seconds=2))).status == "found"


async def test_a_port_where_nobody_listens_is_no_answer(budget: Budget) -> None:
    async with DnsServer() as gone:
        pass
    resolver = CachingResolver(parse_servers(gone.address))
    assert await resolver.query("name.test", "A", budget=replace(budget, timeout_seconds=0.05)) == NO_ANSWER
