import pytest
from tests.builders import smtp_settings
from tests.fakes.resolver import BUDGET, ScriptedResolver, found

from ingress.gather.client_name import client_names, reverse_facts
from ingress.transaction import Visit
from mailcore.db.settings_store import Snapshot
from mailcore.dns.interface import Answer
from mailcore.settings import RuntimeSettings

IP, PTR = "192.0.2.1", "1.2.0.192.in-addr.arpa PTR"
MUST_EXIST, MUST_MATCH = smtp_settings(reverse_dns="must_exist"), smtp_settings(reverse_dns="must_match")


@pytest.fixture
def visit() -> Visit:
    return Visit(Snapshot(1, RuntimeSettings()))


async def test_names_are_asked_for_once(visit: Visit) -> None:
    resolver = ScriptedResolver({PTR: found("a.test", "b.test")})
    assert visit.client_host is None
    for _ in range(2):
        assert (await client_names(resolver, visit, IP, BUDGET)).names == ("a.test", "b.test")
    assert resolver.queries == [PTR]
    assert visit.client_host == "a.test"


async def test_that_there_is_none_is_remembered_too(visit: Visit) -> None:
    resolver = ScriptedResolver({})
    for _ in range(2):
        assert (await client_names(resolver, visit, IP, BUDGET)).status == "missing"
    assert resolver.queries == [PTR]
    assert visit.client_host is None


async def test_that_nobody_could_say_is_asked_again(visit: Visit) -> None:
    resolver = ScriptedResolver({PTR: Answer("no_answer")})
    assert (await client_names(resolver, visit, IP, BUDGET)).status == "no_answer"
    resolver.answers[PTR] = found("a.test")
    assert (await client_names(resolver, visit, IP, BUDGET)).status == "found"


@pytest.mark.parametrize(
    ("answers", "must_exist", "must_match", "host"),
    [
        ({}, "missing", "missing", None),
        ({PTR: Answer("no_answer")}, "no_answer", "no_answer", None),
        ({PTR: found("a.test")}, "named", "differs", "a.test"),
        ({PTR: found("a.test"), "a.test A": Answer("no_answer")}, "named", "no_answer", "a.test"),
        ({PTR: found("a.test", "b.test"), "b.test A": found(IP)}, "named", "matches", "b.test"),
    ],
)
async def test_what_is_found(
    visit: Visit, answers: dict[str, Answer], must_exist: str, must_match: str, host: str | None
) -> None:
    resolver = ScriptedResolver(answers)
    assert (await reverse_facts(resolver, visit, IP, BUDGET, MUST_EXIST)).reverse == must_exist
    assert resolver.queries == [PTR]  # whether a name leads back is not asked where it does not matter
    assert (await reverse_facts(resolver, visit, IP, BUDGET, MUST_MATCH)).reverse == must_match
    assert visit.client_host == host


async def test_a_name_that_leads_back_is_remembered(visit: Visit) -> None:
    resolver = ScriptedResolver({PTR: found("a.test"), "a.test A": found(IP)})
    for _ in range(2):
        assert (await reverse_facts(resolver, visit, IP, BUDGET, MUST_MATCH)).reverse == "matches"
    assert resolver.queries == [PTR, "a.test A"]
