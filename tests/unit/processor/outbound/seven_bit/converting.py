"""Converts whole messages for tests, in pieces of any size, and reads them with the standard library."""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import Message

from mailcore.mail.headers import header_size
from processor.outbound.seven_bit.conversion import Conversion
from processor.outbound.seven_bit.survey import Survey
from processor.outbound.seven_bit.walk import Walk

MOST_LINE = 998


def as_sent(octets: bytes) -> bytes:
    """Give lines ended by CRLF, the last one too."""
    sent = re.sub(rb"\r(?!\n)|(?<!\r)\n", b"\r\n", octets)
    return sent if sent.endswith(b"\r\n") or not sent else sent + b"\r\n"


def converted(octets: bytes, piece: int = 4096) -> bytes:
    """Give a message in 7 bit, walked through in pieces. Raises Unconvertible."""
    size = header_size(octets)
    header, rest = octets[:size], octets[size:]
    survey = Survey()
    walk = Walk(header, survey)
    for at in range(0, len(rest), piece):
        walk.feed(rest[at : at + piece])
    walk.finish()
    conversion = Conversion(header, survey.treatments)
    pieces = [conversion.header, *(conversion.feed(rest[at : at + piece]) for at in range(0, len(rest), piece))]
    return as_sent(b"".join([*pieces, conversion.finish()]))


def leaves(octets: bytes) -> list[tuple[str, bytes]]:
    """Give the type and the decoded octets of everything in a message that has a body, as the standard library does."""
    return list(_leaves(message_from_bytes(octets, policy=policy.compat32)))


def _leaves(message: Message) -> Iterator[tuple[str, bytes]]:
    for part in message.walk():
        if not part.is_multipart():
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            yield part.get_content_type(), payload


def is_7bit(octets: bytes) -> bool:
    """Whether all of it is ASCII in lines of a lawful length."""
    return octets.isascii() and all(len(line) <= MOST_LINE for line in octets.split(b"\r\n"))
