"""Writes a message anew, all of it below 128, as a survey has decided."""

import re
from collections.abc import Iterable, Iterator

from mailcore.mail.header_edits import has_field, with_field, with_only
from mailcore.mail.transfer_encoding import Base64, Encoder, QuotedPrintable
from processor.outbound.seven_bit.entity import ENCODING, Entity
from processor.outbound.seven_bit.section import in_ascii
from processor.outbound.seven_bit.survey import KEPT, Treatment, Way
from processor.outbound.seven_bit.walk import Walk

_HIGH = bytes(octet if octet < 128 else 0x3F for octet in range(256))  # noqa: PLR2004 - question marks
_LABELS = {Way.QUOTED: b"quoted-printable", Way.BASE64: b"base64"}
_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))
_BASE64_LINE = 76
_ABOVE_127 = re.compile(rb"[\x80-\xff]")
_LONG_LINE = re.compile(rb"[^\r\n]{900,}")
_QUOTED_LINE = re.compile(rb"(?:=[0-9A-Fa-f]{2}|[^=]|=(?![0-9A-Fa-f]{2})){70}(?!$)")
_MOST_HELD = 4096
"""Octets of a line without end that wait for one."""
_OPEN_LABELS = frozenset({"8bit", "binary"})


class Conversion:
    """The message in 7 bit: `header` at once, then what `feed` and `finish` give for what follows."""

    def __init__(self, header: bytes, treatments: Iterable[Treatment]) -> None:
        """`header`: the first header section, CRLF-ended; `treatments`: what a survey of the very same message gave."""
        self._writer = _Writer(iter(treatments))
        self._walk = Walk(header, self._writer)
        self.header = self._writer.taken()
        """The new header section."""

    def feed(self, octets: bytes) -> bytes:
        """Take what follows the header section, the empty line first, and give what can be told of it."""
        self._walk.feed(octets)
        return self._writer.taken()

    def finish(self) -> bytes:
        """Give the rest."""
        self._walk.finish()
        return self._writer.taken()


class _Writer:
    """A visitor that writes."""

    def __init__(self, treatments: Iterator[Treatment]) -> None:
        self._treatments = treatments
        self._written: list[bytes] = []
        self._encoder: Encoder = _Verbatim()
        self._is_message = True

    def taken(self) -> bytes:
        """Give what was written since it was asked for last."""
        written = b"".join(self._written)
        self._written.clear()
        return written

    def header(self, section: bytes, entity: Entity) -> None:
        """Write the section with the encoding that the body will have."""
        has_body = entity.kind in {"leaf", "fixed"}
        treatment = next(self._treatments) if has_body else KEPT
        self._written.append(_labelled(in_ascii(section), entity, treatment, is_message=self._is_message))
        self._encoder = _encoder(treatment.way)
        self._is_message = entity.kind == "message"

    def frame(self, octets: bytes) -> None:
        """Write what is between entities; what readers pass over loses what is not ASCII."""
        self._written.append(octets.translate(_HIGH))

    def body(self, octets: bytes) -> None:
        """Write a piece of a body."""
        self._written.append(self._encoder.feed(octets))

    def body_ends(self) -> None:
        """Write the rest of it."""
        self._written.append(self._encoder.finish())


def _labelled(section: bytes, entity: Entity, treatment: Treatment, *, is_message: bool) -> bytes:
    label = _LABELS.get(treatment.way)
    if label is None:
        if entity.encoding not in _OPEN_LABELS:
            return section
        label = b"7bit"
    if is_message and not has_field(section, b"mime-version"):
        section = with_field(section, b"MIME-Version: 1.0\r\n")
    if treatment.charset:
        section = with_field(section, b"Content-Type: text/plain; charset=%b\r\n" % treatment.charset.encode())
    return with_only(section, ENCODING, b"Content-Transfer-Encoding: %b\r\n" % label)


def _encoder(way: Way) -> Encoder:
    match way:
        case Way.KEPT:
            return _Verbatim()
        case Way.QUOTED:
            return QuotedPrintable()
        case Way.BASE64:
            return Base64()
        case Way.SIFTED:
            return _Sifted()
        case Way.MENDED:
            return _Mended()


class _Verbatim:
    def feed(self, piece: bytes) -> bytes:
        return piece

    def finish(self) -> bytes:
        return b""


class _Sifted:
    """Base64 as it was, without what does not belong to it."""

    def __init__(self) -> None:
        self._line = 0

    def feed(self, piece: bytes) -> bytes:
        text = piece.translate(None, _NOT_BASE64)
        first = text[: _BASE64_LINE - self._line]
        lines = [first, *(text[at : at + _BASE64_LINE] for at in range(len(first), len(text), _BASE64_LINE))]
        self._line = self._line + len(first) if len(lines) == 1 else len(lines[-1])
        return b"\r\n".join(lines)

    def finish(self) -> bytes:
        return b""


class _Mended:
    """Quoted-printable as it was, with every octet above 127 quoted and no line longer than lawful."""

    def __init__(self) -> None:
        self._held = b""

    def feed(self, piece: bytes) -> bytes:
        octets = self._held + piece
        whole = octets.rfind(b"\n") + 1
        if not whole and len(octets) > _MOST_HELD:
            # Neither what stands for an octet nor a line end is parted.
            whole = len(octets) - 3
            quote = octets.find(b"=", whole - 2, whole)
            whole = whole if quote < 0 else quote
        self._held = octets[whole:]
        return self._mended(octets[:whole])

    def finish(self) -> bytes:
        return self._mended(self._held)

    def _mended(self, octets: bytes) -> bytes:
        quoted = _ABOVE_127.sub(lambda found: b"=%02X" % found[0][0], octets)
        return _LONG_LINE.sub(lambda found: _QUOTED_LINE.sub(rb"\g<0>=\r\n", found[0]), quoted)
