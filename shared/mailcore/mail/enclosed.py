"""A message within another: as a whole (RFC 2046 5.2.1, RFC 6532 3.7), or its header section alone (RFC 6522 3).

What holds UTF-8 in its header section has types of its own, which may be encoded.
"""

from mailcore.mail.transfer_encoding import Base64

_MOST_LINE = 998
"""RFC 5322 2.1.1, without CRLF."""


def is_global(header: bytes) -> bool:
    """Whether a header section holds UTF-8 (RFC 6532)."""
    if header.isascii():
        return False
    try:
        header.decode()
    except UnicodeDecodeError:
        return False
    return True


def message_fields(header: bytes, *, is_8bit: bool) -> tuple[bytes, bool]:
    """Give the fields of a part that is a whole message, and whether its octets are to be written in base64.

    `header`: the message's; `is_8bit`: whether any of it is above 127.
    """
    if is_global(header):
        return b"Content-Type: message/global\r\nContent-Transfer-Encoding: base64\r\n", True
    # RFC 2046 5.2.1: no other encoding of message/rfc822 is allowed.
    encoding = b"8bit" if is_8bit else b"7bit"
    return b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: %b\r\n" % encoding, False


def header_part(header: bytes) -> bytes:
    """Give a whole part that is a message's header section."""
    return part("message/global-headers" if is_global(header) else "text/rfc822-headers", header)


def part(content_type: str, octets: bytes) -> bytes:
    """Give a whole part: its fields, the empty line, and `octets`, in base64 where not every server takes them."""
    if octets.isascii() and all(len(line) <= _MOST_LINE for line in octets.split(b"\r\n")):
        return f"Content-Type: {content_type}\r\n\r\n".encode() + octets
    return f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode() + in_base64(octets)


def in_base64(octets: bytes) -> bytes:
    """Give octets in base64, in lines that are ended by CRLF."""
    encoder = Base64()
    return encoder.feed(octets) + encoder.finish() + b"\r\n"
