"""Looks at every body of a message and decides what becomes of it, so that its header section can say so first."""

from enum import Enum, auto
from typing import NamedTuple

from mailcore.mail.encoded_words import UNKNOWN_CHARSET
from processor.outbound.seven_bit.entity import Entity
from processor.outbound.seven_bit.fault import Unconvertible
from processor.outbound.seven_bit.section import in_ascii

MOST_LINE = 998
"""RFC 5322 2.1.1, without CRLF."""
_MOST_BODIES = 100_000
_ASCII = bytes(range(128))
_QUOTED_BELOW = 6
"""Quoted-printable adds two octets for each that is above 127, base64 a third of all."""


class Way(Enum):
    """What becomes of one body."""

    KEPT = auto()
    QUOTED = auto()
    """It becomes quoted-printable."""
    BASE64 = auto()
    SIFTED = auto()
    """It is base64 with octets in it that are none, which are left out, or with long lines, which are folded anew."""
    MENDED = auto()
    """It is quoted-printable with octets in it that should have been quoted, and are now."""


class Treatment(NamedTuple):
    """What becomes of one entity with a body of its own."""

    way: Way
    charset: str = ""
    """For text that names no type: the charset that it seems to have."""


KEPT = Treatment(Way.KEPT)


class Survey:
    """A visitor that notes a treatment for each body. Raises Unconvertible."""

    def __init__(self) -> None:
        self.treatments: list[Treatment] = []
        """In the order of the bodies."""
        self.has_8bit_part_header = False
        """Whether the header section of some part, or of a message inside, is not ASCII."""
        self._is_first = True
        self._entity = Entity("text/plain", "7bit", "leaf")
        self._look = _Look()

    def header(self, section: bytes, entity: Entity) -> None:
        """Note what the entity is."""
        in_ascii(section)
        if not self._is_first and not section.isascii():
            self.has_8bit_part_header = True
        self._is_first = False
        self._entity = entity
        self._look = _Look()

    def frame(self, octets: bytes) -> None:
        """Pass over what is no content."""

    def body(self, octets: bytes) -> None:
        """Count."""
        self._look.at(octets)

    def body_ends(self) -> None:
        """Decide."""
        self._look.end()
        self.treatments.append(_treatment(self._entity, self._look))
        if len(self.treatments) > _MOST_BODIES:
            raise Unconvertible("it has too many parts")


class _Look:
    """What was seen of one body."""

    __slots__ = ("_cr", "_line", "_text", "high", "is_stray", "is_utf8", "longest", "size")

    def __init__(self) -> None:
        self.size = 0
        self.high = 0
        """Octets above 127."""
        self.longest = 0
        """The longest line, without CRLF."""
        self.is_stray = False
        """Whether there is a NUL, or a CR or LF that ends no line."""
        self.is_utf8 = True
        self._cr = b""
        """A CR at the end of a piece: what it is shows with the next."""
        self._line = 0
        self._text = b""

    def at(self, piece: bytes) -> None:
        """See another piece."""
        self.size += len(piece)
        octets = self._cr + piece
        self._cr = b"\r" * octets.endswith(b"\r")
        octets = octets.removesuffix(self._cr)
        if not octets.isascii():
            self.high += len(octets.translate(None, _ASCII))
        if self.is_utf8 and (self._text or not octets.isascii()):
            self._read(octets)
        self._measure(octets)

    def end(self) -> None:
        """See that there is no more."""
        self.is_stray = self.is_stray or bool(self._cr)
        self.is_utf8 = self.is_utf8 and not self._text

    def _measure(self, octets: bytes) -> None:
        lines = octets.split(b"\n")
        lengths = [len(line) for line in lines]
        lengths[0] += self._line
        self.longest = max(self.longest, *lengths)
        self._line = lengths[-1]
        ends = octets.count(b"\r\n")
        if b"\0" in octets or octets.count(b"\r") != ends or len(lines) - 1 != ends:
            self.is_stray = True

    def _read(self, octets: bytes) -> None:
        text = self._text + octets
        try:
            text.decode()
            self._text = b""
        except UnicodeDecodeError as error:
            # A character may be parted between two pieces.
            self._text = text[error.start :]
            self.is_utf8 = len(self._text) < 4  # noqa: PLR2004 - octets of a character


def _treatment(entity: Entity, look: _Look) -> Treatment:
    is_long = look.longest > MOST_LINE + 1
    if entity.kind == "fixed":
        if look.high or (look.is_stray and entity.encoding == "binary"):
            raise Unconvertible(_why_fixed(entity))
        return KEPT
    match entity.encoding:
        case "7bit" | "8bit" | "binary" if look.high or is_long or look.is_stray:
            return _encoded(entity, look)
        case "base64" if look.high or is_long:
            return Treatment(Way.SIFTED)
        case "quoted-printable" if look.high or is_long:
            return Treatment(Way.MENDED)
        case "7bit" | "8bit" | "binary" | "base64" | "quoted-printable":
            return KEPT
        case other if look.high:
            raise Unconvertible(f"a part is encoded as {other[:40]!r}, and has 8-bit octets all the same")
    return KEPT


def _why_fixed(entity: Entity) -> str:
    if entity.media_type == "multipart/signed":
        return "a signature over 8-bit content would break"
    return f"{entity.media_type} must not be encoded (RFC 2045 6.4)"


def _encoded(entity: Entity, look: _Look) -> Treatment:
    is_text = entity.media_type.startswith("text/")
    is_quoted = is_text and not look.is_stray and look.high * _QUOTED_BELOW <= look.size
    charset = ""
    if is_text and look.high and not entity.is_typed:
        charset = "utf-8" if look.is_utf8 else UNKNOWN_CHARSET
    return Treatment(Way.QUOTED if is_quoted else Way.BASE64, charset)
