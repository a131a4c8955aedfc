import asyncio
import socket

import pytest

from ingress.inheritance import Inheritance, say_ready, until_closed, until_ready
from mailcore.errors import ConfigurationError


def a_pair() -> tuple[socket.socket, socket.socket]:
    ours, theirs = socket.socketpair()
    ours.settimeout(0)
    theirs.settimeout(0)
    return ours, theirs


def test_what_is_told_can_be_taken_over() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_server(("127.0.0.1", 0)) as other:
        ours, theirs = a_pair()
        told = Inheritance({"smtp": listener.dup(), "submission": other.dup()}, theirs)
        taken = Inheritance.read(told.variables)
        assert {name: one.getsockname() for name, one in taken.sockets.items()} == {
            "smtp": listener.getsockname(),
            "submission": other.getsockname(),
        }
        assert set(told.descriptors) == set(taken.descriptors)
        for one in (*told.sockets.values(), theirs):
            one.detach()
        for one in (*taken.sockets.values(), taken.line, ours):
            one.close()


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"INGRESS_SOCKETS": "smtp=3"},
        {"INGRESS_SOCKETS": "smtp", "INGRESS_LINE": "4"},
        {"INGRESS_SOCKETS": "smtp=x", "INGRESS_LINE": "-1"},
        {"INGRESS_SOCKETS": "smtp=987654", "INGRESS_LINE": "987653"},
    ],
)
def test_what_was_not_told_is_a_configuration_error(variables: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match="INGRESS_SOCKETS, INGRESS_LINE"):
        Inheritance.read(variables)


async def test_a_worker_says_that_it_is_ready_and_hears_that_it_is_alone() -> None:
    ours, theirs = a_pair()
    with theirs:
        with ours:
            await say_ready(theirs)
            assert await until_ready(ours)
            alone = asyncio.create_task(until_closed(theirs))
            await asyncio.sleep(0.01)
            assert not alone.done()
        await asyncio.wait_for(alone, 1)


async def test_a_worker_that_dies_first_is_not_ready() -> None:
    ours, theirs = a_pair()
    with ours:
        theirs.close()
        assert not await until_ready(ours)


async def test_a_worker_that_is_ready_after_its_supervisor_has_gone_is_told_by_the_line() -> None:
    ours, theirs = a_pair()
    with ours:
        theirs.close()
        await say_ready(ours)
        async with asyncio.timeout(2):
            await until_closed(ours)
