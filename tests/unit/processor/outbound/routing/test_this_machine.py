"""The addresses of this machine, against what its kernel lists."""

import re
from ipaddress import IPv6Address
from pathlib import Path

import pytest

from processor.outbound.routing.this_machine import has_address

_LOCAL = re.compile(r"\|-- ([\d.]+)\n\s+/32 host LOCAL")


def test_every_ipv4_address_that_the_kernel_calls_local() -> None:
    listed = set(_LOCAL.findall(Path("/proc/net/fib_trie").read_text(encoding="ascii")))
    assert "127.0.0.1" in listed
    assert {address for address in listed if not has_address(address)} == set()


def test_every_ipv6_address_of_an_interface() -> None:
    lines = Path("/proc/net/if_inet6").read_text(encoding="ascii").splitlines()
    listed = {IPv6Address(int(line.split()[0], 16)) for line in lines}
    assert {one for one in listed if not one.is_link_local and not has_address(str(one))} == set()


def test_one_that_is_reached_from_another() -> None:
    assert has_address("127.0.0.2")


@pytest.mark.parametrize(
    "address", ["203.0.113.77", "2001:db8:77::1", "224.0.0.1", "ff02::1", "0.0.0.0", "::", "fe80::1"]
)
def test_others(address: str) -> None:
    assert not has_address(address)
