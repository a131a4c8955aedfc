"""The many forms in which servers said that mail came back before there was a standard, read by a library.

The library reads what strangers wrote by patterns, some of which take time in the cube of a line's length, and nothing
stops it, or lets others go on, once it has begun with a line. So it gets no more than it needs: short lines, few parts,
texts already decoded. It takes a second at most then, whatever is in them.
"""

from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses

import structlog
from flufl.bounce import all_failures

from mailcore.address import parse_address
from maildecide.lists.bounces.said import Said

MOST_OCTETS = 32 * 1024
"""Of header section and body: what servers have to say stands at the beginning."""
_MOST_LINE = 120
_MOST_FOLDS = 8
"""Lines that continue the one before, such as those of a long header field."""
_MOST_PARTS = 12
_NAME = "flufl.bounce"
_ASCII = bytes(range(128)) + b"?" * 128
"""Of header fields: the library takes others for what they are not."""

log = structlog.get_logger(__name__)


def read_dialect(header: bytes, beginning: bytes) -> Said | None:
    """Give what a report says; None where the library knows nothing like it. Blocks for a second at most."""
    described = header.translate(_ASCII)
    octets = b"\n".join(_bounded_lines((described + b"\r\n" + beginning.removeprefix(b"\r\n"))[:MOST_OCTETS]))
    if octets.count(b"boundary=") > _MOST_PARTS:
        return None
    try:
        temporary, permanent = all_failures(_mended(message_from_bytes(octets)))
    except Exception:
        # A boundary: the library reads what strangers write.
        log.debug("a message that came back cannot be read", exc_info=True)
        return None
    if failed := tuple(_addresses(permanent)):
        return Said("failed", failed, read_by=_NAME)
    return Said("delayed", read_by=_NAME) if tuple(_addresses(temporary)) else None


def _addresses(found: frozenset[bytes]) -> Iterator[str]:
    """Give those that are addresses: the library takes other things with an `@` for some."""
    for one in sorted(found):
        try:
            yield str(parse_address(one.decode("ascii", "replace")))
        except ValueError:
            continue


def _bounded_lines(octets: bytes) -> Iterator[bytes]:
    folds = 0
    for line in octets.splitlines():
        folds = folds + 1 if line.startswith((b" ", b"\t")) else 0
        if folds <= _MOST_FOLDS:
            yield line[:_MOST_LINE]


def _mended(message: "Message[str, str]") -> "Message[str, str]":
    """Have an author, whom the library cannot do without, and texts decoded, which it looks at as they lie there."""
    if not getaddresses([str(message.get("From", ""))]):
        del message["From"]
        message["From"] = "<>"
    for part in message.walk():
        encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
        if part.is_multipart() or encoding not in {"base64", "quoted-printable"}:
            continue
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes):
            del part["Content-Transfer-Encoding"]
            part.set_payload(b"\n".join(_bounded_lines(payload)).decode("ascii", "surrogateescape"))
    return message
