"""A plain text of ours as a MIME entity (RFC 2045): any language, in an encoding that every server passes on."""

import re
from base64 import b64encode

_LINE_END = re.compile(r"\r\n|\r|\n")
_MOST_LINE = 998
"""RFC 5322 2.1.1, without CRLF."""
_BASE64_LINE = 76


def text_part(text: str) -> tuple[bytes, bytes]:
    """Give its header fields and its body, both ASCII with lines ended by CRLF.

    As it is where it can be read so; else in base64, which keeps every character and every blank.
    """
    octets = ("\r\n".join(_LINE_END.split(text.rstrip("\r\n"))) + "\r\n").encode()
    charset, encoding, body = b"utf-8", b"base64", octets
    if octets.isascii() and b"\0" not in octets and all(len(line) <= _MOST_LINE for line in octets.split(b"\r\n")):
        charset, encoding = b"us-ascii", b"7bit"
    else:
        coded = b64encode(octets)
        lines = (coded[at : at + _BASE64_LINE] + b"\r\n" for at in range(0, len(coded), _BASE64_LINE))
        body = b"".join(lines)
    fields = b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=%b\r\nContent-Transfer-Encoding: %b\r\n" % (
        charset,
        encoding,
    )
    return fields, body
