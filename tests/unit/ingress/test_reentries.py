import time

import pytest
from tests.unit.mailcore.test_reentry import NOW, OURS, THEIRS, WHAT

from ingress.reentries import Reentries
from ingress.seam import SessionLimits, SessionState

LIMITS = SessionLimits("mx.example.com", 1, None, 1, 1, 1, max_commands=3, max_messages=2)


def a_state(*, listener: str = "smtp", first: bytes | None = None) -> SessionState:
    return SessionState("192.0.2.7", 1, listener, limits=LIMITS, first_line=lambda: first)


def reentries() -> Reentries:
    return Reentries(OURS, lambda: NOW, lambda: "challenge")


def test_whoever_shows_a_pass_is_recognised_and_not_counted() -> None:
    desk, state = reentries(), a_state()
    assert not desk.may_come_from(state.peer_ip)
    assert desk.recognise(state, OURS.pass_at(NOW)) == state.challenge == "challenge"
    assert state.limits is not None
    assert (state.limits.max_commands, state.limits.max_messages) == (0, 0)
    assert desk.may_come_from(state.peer_ip)


@pytest.mark.parametrize(
    ("listener", "shown"),
    [
        ("smtp", ""),
        ("smtp", THEIRS.pass_at(NOW)),
        ("submission", OURS.pass_at(NOW)),
        ("submissions", OURS.pass_at(NOW)),
    ],
)
def test_whoever_else_is_not(listener: str, shown: str) -> None:
    state = a_state(listener=listener)
    assert reentries().recognise(state, shown) is None
    assert (state.challenge, state.limits) == (None, LIMITS)


@pytest.mark.parametrize(("ip", "may"), [("127.0.0.1", True), ("::1", True), ("192.0.2.7", False)])
def test_from_where_we_may_come(ip: str, *, may: bool) -> None:
    assert reentries().may_come_from(ip) is may


@pytest.mark.parametrize(
    ("line", "is_ours"),
    [
        (f"XPASS {OURS.pass_at(NOW)}\r\n".encode(), True),
        (f"XPASS {THEIRS.pass_at(NOW)}\r\n".encode(), False),
        (b"EHLO client.example.net\r\n", False),
        (b"\xff\x00\r\n", False),
    ],
)
async def test_the_first_word_decides(line: bytes, *, is_ours: bool) -> None:
    state = a_state(first=line)
    await reentries().hear_first_word(state)
    assert (state.challenge is not None) is is_ours


async def test_who_says_nothing_is_not_waited_for_long() -> None:
    began = time.monotonic()
    state = a_state()
    await reentries().hear_first_word(state)
    assert state.challenge is None
    assert time.monotonic() - began >= 1.0


def test_only_what_is_sealed_for_the_session_is_taken() -> None:
    desk, state = reentries(), a_state()
    assert not desk.open(state, OURS.sealed(WHAT, "challenge"))  # nobody was recognised
    desk.recognise(state, OURS.pass_at(NOW))
    assert desk.open(state, OURS.sealed(WHAT, "challenge"))
    assert state.reentry == WHAT
    assert not desk.open(state, OURS.sealed(WHAT, "another"))
    assert state.reentry is None
