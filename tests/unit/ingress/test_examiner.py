import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes.contents import MemoryContents
from tests.unit.mailcore.authentication.signing import (
    IDENTITY,
    LIMITS,
    MESSAGE,
    NOW,
    questions,
    records,
    resolver,
    signed,
)

from ingress.examiner import Examiner
from ingress.intake import Intake
from mailcore.authentication.examination import Examination
from mailcore.authentication.results import Authentication

PASSES = {"example.org": b"v=spf1 ip4:192.0.2.1 -all"}


def examiner() -> Examiner:
    dns = resolver(records() | PASSES)
    return Examiner(Examination(IDENTITY, lambda: questions(dns), LIMITS))


async def shown(message: bytes, sizes: list[int]) -> Authentication | None:
    """Have a message come in pieces of these sizes, the last of the rest."""
    intake = Intake(MemoryContents(), examiner=examiner())
    for size in [*sizes, len(message)]:
        piece, message = message[:size], message[size:]
        if piece:
            await intake.write(piece)
    intake.header.finish()
    assert intake.examiner is not None
    return await intake.examiner.verdict(intake.header, NOW, 0)


@pytest.mark.parametrize("size", [1, 2, 3, 64, 100_000])
async def test_however_it_comes(size: int) -> None:
    message = signed(selector="ed")
    found = await shown(message, [size] * (len(message) // size))
    assert found is not None
    assert (found.spf.result, found.dkim_result) == ("pass", "pass")


@given(st.lists(st.integers(min_value=1, max_value=300), max_size=10))
async def test_pieces_of_any_size(sizes: list[int]) -> None:
    found = await shown(signed(selector="ed"), sizes)
    assert found is not None
    assert found.dkim_result == "pass"


@pytest.mark.parametrize(
    ("message", "author"),
    [
        (b"From: bob@example.org\r\n", "example.org"),
        (b"From: bob@example.org\r\n\r\n", "example.org"),
        (b"\r\nbody\r\n", ""),
        (b"", ""),
    ],
)
async def test_messages_of_little(message: bytes, author: str) -> None:
    found = await shown(message, [])
    assert found is not None
    assert found.dmarc.domain == author
    assert found.dkim_result == "none"


async def test_a_mistake_of_ours_costs_nobody_the_message() -> None:
    class Broken(Examination):
        def body(self, octets: bytes) -> None:
            raise ZeroDivisionError

    dns = resolver({})
    broken = Examiner(Broken(IDENTITY, lambda: questions(dns), LIMITS))
    contents = MemoryContents()
    intake = Intake(contents, examiner=broken)
    await intake.write(MESSAGE)
    intake.header.finish()
    assert await broken.verdict(intake.header, NOW, 0) is None
    assert (await intake.content()).size == len(MESSAGE)


async def test_a_message_that_is_forgotten_asks_nothing_more() -> None:
    intake = Intake(MemoryContents(), examiner=examiner())
    await intake.write(MESSAGE)
    await intake.discard()
    assert intake.examiner is not None
    assert await intake.examiner.verdict(intake.header, NOW, 0) is None
