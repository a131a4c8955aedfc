"""The PROXY protocol header, versions 1 and 2, by which a load balancer says who its client is."""

import struct
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

_SIGNATURE = b"\r\n\r\n\x00\r\nQUIT\n"
_FIXED = 16
_LONGEST_V1 = 107
_ADDRESSES: dict[int, tuple[str, type[IPv4Address | IPv6Address]]] = {
    0x11: ("!4s4sHH", IPv4Address),
    0x21: ("!16s16sHH", IPv6Address),
}
_FIELDS_V1 = 6


@dataclass(frozen=True, slots=True)
class ProxyHeader:
    """Who the client is, and how many octets said so."""

    ip: str | None
    """None when the balancer speaks for itself (a health check) or does not know: the peer is the client."""
    port: int
    length: int


def read_header(octets: bytes) -> ProxyHeader | None:
    """Read the header that begins `octets`, or give None while it is not complete.

    Raises ValueError when no header begins there.
    """
    begun = octets[: len(_SIGNATURE)]
    if _SIGNATURE.startswith(begun):
        return _read_v2(octets) if len(octets) >= _FIXED else None
    if b"PROXY "[: len(octets)] != octets[:6]:
        raise ValueError("no PROXY protocol header")
    end = octets.find(b"\r\n", 0, _LONGEST_V1)
    if end < 0:
        if len(octets) >= _LONGEST_V1:
            raise ValueError("a PROXY line longer than 107 octets")
        return None
    return _read_v1(octets[:end])


def _read_v1(line: bytes) -> ProxyHeader:
    fields = line.decode("ascii").split(" ")
    length = len(line) + 2
    if fields[1] == "UNKNOWN":
        return ProxyHeader(None, 0, length)
    if len(fields) != _FIELDS_V1 or fields[1] not in {"TCP4", "TCP6"}:
        raise ValueError("not a PROXY line of version 1")
    source, destination = ip_address(fields[2]), ip_address(fields[3])
    if {f"TCP{source.version}", f"TCP{destination.version}"} != {fields[1]}:
        raise ValueError(f"not addresses of {fields[1]}")
    return ProxyHeader(_plain(source), _port(fields[4]), length)


def _port(text: str) -> int:
    port = int(text) if text.isdigit() else -1
    if not 0 <= port <= 0xFFFF:  # noqa: PLR2004 - sixteen bits
        raise ValueError(f"{text!r} is no port")
    return port


def _read_v2(octets: bytes) -> ProxyHeader | None:
    version_and_command, family, size = struct.unpack_from("!BBH", octets, len(_SIGNATURE))
    if version_and_command not in {0x20, 0x21}:
        raise ValueError(f"not a command of PROXY version 2: {version_and_command:#x}")
    length = _FIXED + size
    if len(octets) < length:
        return None
    if version_and_command == 0x20 or family not in _ADDRESSES:  # noqa: PLR2004 - LOCAL, or no TCP over IP
        return ProxyHeader(None, 0, length)
    layout, kind = _ADDRESSES[family]
    if size < struct.calcsize(layout):
        raise ValueError("a PROXY header of version 2 without room for its addresses")
    source, _, port, _ = struct.unpack_from(layout, octets, _FIXED)
    return ProxyHeader(_plain(kind(source)), port, length)


def _plain(address: IPv4Address | IPv6Address) -> str:
    """Write an IPv4 address mapped into IPv6 as what it is, as the session does with its peers."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)
