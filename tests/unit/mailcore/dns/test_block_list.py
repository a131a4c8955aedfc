import pytest
from tests.fakes.resolver import BUDGET, ScriptedResolver, found

from mailcore.dns.block_list import entry_of, listings
from mailcore.dns.interface import Answer


@pytest.mark.parametrize(
    ("ip", "entry"),
    [
        ("192.0.2.99", "99.2.0.192.bl.test"),
        ("::ffff:192.0.2.99", "99.2.0.192.bl.test"),
        ("2001:db8:1:2:3:4:567:89ab", "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.bl.test"),
    ],
)
def test_the_name_of_an_entry(ip: str, entry: str) -> None:
    assert entry_of(ip, "bl.test") == entry


@pytest.mark.parametrize(
    ("answer", "is_listed"),
    [
        (found("127.0.0.2"), True),
        (found("127.0.0.1"), True),
        (found("127.255.254.255"), True),
        (found("127.255.255.254"), False),
        (found("127.255.255.0"), False),
        (found("127.255.255.254", "127.0.0.4"), True),
        (found("128.0.0.0"), False),
        (found("126.255.255.255"), False),
        (found("192.0.2.1"), False),
        (found("no address"), False),
        (Answer("no_name"), False),
        (Answer("no_data"), False),
        (Answer("no_answer"), False),
    ],
)
async def test_what_an_answer_means(answer: Answer, *, is_listed: bool) -> None:
    resolver = ScriptedResolver({"1.2.0.192.bl.test A": answer})
    assert await listings(resolver, ("bl.test",), "192.0.2.1", BUDGET) == (("bl.test",) if is_listed else ())


async def test_every_zone_is_asked() -> None:
    listed = found("127.0.0.2")
    resolver = ScriptedResolver({"1.2.0.192.a.test A": listed, "1.2.0.192.c.test A": listed})
    assert await listings(resolver, ("a.test", "b.test", "c.test"), "192.0.2.1", BUDGET) == ("a.test", "c.test")
    assert sorted(resolver.queries) == [f"1.2.0.192.{zone}.test A" for zone in "abc"]
    assert await listings(resolver, (), "192.0.2.1", BUDGET) == ()
