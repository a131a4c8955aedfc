"""What an access rule is about: some addresses, or hosts by the end of their name.

The written forms are one address, a network in CIDR notation, a range `a-b`, a wildcard such as `10.1.*.*`, and a
host-name suffix such as `.example.net`. An IPv4 address mapped into IPv6 is the IPv4 address it is.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from mailcore.address import domain_to_ascii

BITS = {4: 32, 6: 128}
_MAPPED = IPv6Network("::ffff:0:0/96")
_CIDR = re.compile(r"([^/]+)/(\d{1,3})", re.ASCII)
_WILDCARD = re.compile(r"(?:\d{1,3}|\*)(?:\.(?:\d{1,3}|\*)){3}", re.ASCII)
_ALLOWED = (
    "allowed are an address, a network such as 192.0.2.0/24, a range such as 192.0.2.1-192.0.2.9, "
    "a wildcard such as 10.1.*.*, or a host-name suffix such as .example.net"
)


@dataclass(frozen=True, slots=True)
class AddressBlock:
    """Every address that has these bits where `mask` has ones."""

    version: int
    bits: int
    mask: int

    def covers(self, version: int, number: int) -> bool:
        """Whether an address, as `address_number` gives it, is one of them."""
        return version == self.version and number & self.mask == self.bits


@dataclass(frozen=True, slots=True)
class AddressRange:
    """Every address from `first` to `last`, both included."""

    version: int
    first: int
    last: int

    def covers(self, version: int, number: int) -> bool:
        """Whether an address, as `address_number` gives it, is one of them."""
        return version == self.version and self.first <= number <= self.last


@dataclass(frozen=True, slots=True)
class HostSuffix:
    """Every host whose name ends so; `suffix` begins with a dot, so that the name `example.net` itself is none."""

    suffix: str


ClientMatch = AddressBlock | AddressRange | HostSuffix


@lru_cache(maxsize=4096)
def address_number(text: str) -> tuple[int, int]:
    """Give version and number of an IP address; a zone is ignored. Raises ValueError when it is none."""
    address = _plain(ip_address(text.partition("%")[0]))
    return address.version, int(address)


def parse_match(text: str) -> ClientMatch:
    """Read any of the written forms. Raises ValueError, saying what is wrong and what is allowed."""
    return _read(text)[1]


def stored_match(text: str) -> str:
    """Give the form in which a match is stored. Raises ValueError as `parse_match` does."""
    return _read(text)[0]


def _read(text: str) -> tuple[str, ClientMatch]:
    written = text.strip()
    if written.startswith("."):
        suffix = f".{domain_to_ascii(written[1:])}"
        return suffix, HostSuffix(suffix)
    if "*" in written:
        return written, _wildcard(written)
    try:
        if "-" in written:
            return _range(written)
        return _block(written)
    except ValueError as error:
        raise ValueError(f"{text!r} matches nothing: {error}; {_ALLOWED}") from None


def _block(written: str) -> tuple[str, AddressBlock]:
    if "/" not in written:
        version, number = address_number(written)
        return str(_address(version, number)), AddressBlock(version, number, _mask(version, BITS[version]))
    cidr = _CIDR.fullmatch(written)
    if cidr is None:
        raise ValueError("what follows the slash is the length of a prefix")
    network = ip_network(written, strict=False)
    version, first, length = network.version, int(network.network_address), network.prefixlen
    if isinstance(network, IPv6Network) and network.subnet_of(_MAPPED):
        version, first, length = 4, first & 0xFFFFFFFF, length - _MAPPED.prefixlen
    shown = str(_address(version, first))
    return (
        shown if length == BITS[version] else f"{shown}/{length}",
        AddressBlock(version, first, _mask(version, length)),
    )


def _range(written: str) -> tuple[str, AddressRange]:
    begin, _, end = written.partition("-")
    (version, first), (other, last) = address_number(begin.strip()), address_number(end.strip())
    if version != other:
        raise ValueError("both ends of a range are IPv4, or both IPv6")
    if first > last:
        raise ValueError("a range begins with its lowest address")
    return f"{_address(version, first)}-{_address(version, last)}", AddressRange(version, first, last)


def _wildcard(written: str) -> AddressBlock:
    labels = written.split(".")
    if not _WILDCARD.fullmatch(written) or any(label != "*" and int(label) > 0xFF for label in labels):  # noqa: PLR2004
        raise ValueError(f"{written!r} is no wildcard: four numbers from 0 to 255, or * in their places; {_ALLOWED}")
    bits = bytes(0 if label == "*" else int(label) for label in labels)
    mask = bytes(0 if label == "*" else 0xFF for label in labels)
    return AddressBlock(4, int.from_bytes(bits), int.from_bytes(mask))


def _mask(version: int, length: int) -> int:
    return ((1 << length) - 1) << (BITS[version] - length)


def _address(version: int, number: int) -> IPv4Address | IPv6Address:
    return IPv4Address(number) if version == 4 else IPv6Address(number)  # noqa: PLR2004 - the IP version


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
