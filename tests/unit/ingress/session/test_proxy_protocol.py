import pytest

from ingress.session.proxy_protocol import ProxyHeader, read_header

V2 = b"\r\n\r\n\x00\r\nQUIT\n"
V4 = bytes([203, 0, 113, 9, 192, 0, 2, 1, 0x9C, 0x40, 0, 25])
V6 = b"\x20\x01\x0d\xb8" + bytes(11) + b"\x01" + b"\x20\x01\x0d\xb8" + bytes(11) + b"\x02" + b"\x9c\x40\x00\x19"
MAPPED = (bytes(10) + b"\xff\xff" + V4[:4]) + (bytes(10) + b"\xff\xff" + V4[4:8]) + V4[8:]


@pytest.mark.parametrize(
    ("octets", "header"),
    [
        (b"PROXY TCP4 203.0.113.9 192.0.2.1 40000 25\r\n", ProxyHeader("203.0.113.9", 40000, 43)),
        (b"PROXY TCP6 2001:db8::1 2001:db8::2 40000 25\r\nEHLO", ProxyHeader("2001:db8::1", 40000, 45)),
        (b"PROXY TCP6 ::ffff:203.0.113.9 ::ffff:192.0.2.1 40000 25\r\n", ProxyHeader("203.0.113.9", 40000, 57)),
        (b"PROXY UNKNOWN\r\n", ProxyHeader(None, 0, 15)),
        (b"PROXY UNKNOWN ffff:f::1 x 1 2\r\n", ProxyHeader(None, 0, 31)),
        (V2 + b"\x21\x11\x00\x0c" + V4 + b"EHLO", ProxyHeader("203.0.113.9", 40000, 28)),
        (V2 + b"\x21\x21\x00\x24" + V6, ProxyHeader("2001:db8::1", 40000, 52)),
        (V2 + b"\x21\x21\x00\x24" + MAPPED, ProxyHeader("203.0.113.9", 40000, 52)),
        (V2 + b"\x21\x11\x00\x10" + V4 + b"\x04\x00\x01x", ProxyHeader("203.0.113.9", 40000, 32)),
        (V2 + b"\x20\x00\x00\x00", ProxyHeader(None, 0, 16)),
        (V2 + b"\x21\x31\x00\x01x", ProxyHeader(None, 0, 17)),
    ],
)
def test_headers(octets: bytes, header: ProxyHeader) -> None:
    assert read_header(octets) == header
    for length in range(header.length):
        assert read_header(octets[:length]) is None


@pytest.mark.parametrize(
    "octets",
    [
        b"EHLO x\r\n",
        b"PROXX",
        b"PROXY TCP4 203.0.113.9 192.0.2.1 40000\r\n",
        b"PROXY TCP4 203.0.113.9 192.0.2.1 70000 25\r\n",
        b"PROXY TCP4 203.0.113.9 192.0.2.1 -1 25\r\n",
        b"PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n",
        b"PROXY TCP4 203.0.113.9 2001:db8::2 1 2\r\n",
        b"PROXY TCP4 somebody 192.0.2.1 1 2\r\n",
        b"PROXY UDP4 203.0.113.9 192.0.2.1 1 2\r\n",
        b"PROXY \r\n",
        b"PROXY TCP4 \xff 192.0.2.1 1 2\r\n",
        b"PROXY TCP4 " + b"1" * 107,
        V2 + b"\x31\x11\x00\x0c" + V4,
        V2 + b"\x22\x11\x00\x0c" + V4,
        V2 + b"\x21\x11\x00\x0b" + V4,
        b"\r\n\r\n\x01",
    ],
)
def test_what_is_no_header(octets: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_header(octets)
