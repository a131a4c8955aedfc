import pytest
from tests.fakes.resolver import BUDGET, ScriptedResolver

from mailcore.authentication.questions import FORGET_SECONDS, NoAnswer, Questions, SilentNames
from mailcore.dns.interface import Answer

DNS = {
    "a.test TXT": Answer("found", (b"one", b"two"), 300),
    "a.test A": Answer("found", ("192.0.2.1",), 300),
    "silent.test TXT": Answer("no_answer"),
}


async def test_texts() -> None:
    asks = Questions(ScriptedResolver(DNS), BUDGET, SilentNames())
    assert await asks.texts("A.Test") == (b"one", b"two")
    assert await asks.texts("nothing.test") == ()
    assert (await asks.answer("a.test", "A")).texts == ("192.0.2.1",)


async def test_a_silent_name_is_not_waited_for_again_for_a_while() -> None:
    now, dns = [0.0], ScriptedResolver(DNS)
    silent = SilentNames(lambda: now[0])
    for _ in range(2):
        with pytest.raises(NoAnswer, match=r"silent\.test TXT"):
            await Questions(dns, BUDGET, silent).texts("silent.test")
    assert dns.queries == ["silent.test TXT"]
    assert (await Questions(dns, BUDGET, silent).answer("silent.test", "A")).status == "no_name"
    now[0] = FORGET_SECONDS + 1
    with pytest.raises(NoAnswer):
        await Questions(dns, BUDGET, silent).texts("silent.test")
    assert dns.queries == ["silent.test TXT", "silent.test A", "silent.test TXT"]
