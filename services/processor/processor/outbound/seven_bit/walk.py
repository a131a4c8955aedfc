"""Finds the entities of a message as its octets come: header sections whole, bodies in pieces of bounded size.

Lines must end in CRLF where they are to be found; whatever else the content holds is part of a body. Delimiters of
enclosing multiparts end whatever is inside (RFC 2046 5.1.2), as readers do it.
"""

from collections.abc import Callable
from typing import Protocol

from processor.outbound.seven_bit.entity import Entity, entity_of
from processor.outbound.seven_bit.fault import Unconvertible

_MOST_HEADER = 1024 * 1024
_MOST_DEPTH = 100
_MOST_DELIMITER = 512
"""RFC 2046 5.1.1 allows 74 octets, and blanks after them."""
_LINE_END = b"\r\n"
_DASHES = b"--"
_TEXT = "text/plain"


class Visitor(Protocol):
    """Is shown every octet of a message once, in order."""

    def header(self, section: bytes, entity: Entity) -> None:
        """Take a header section, without the empty line after it. The body of a leaf or fixed entity follows."""

    def frame(self, octets: bytes) -> None:
        """Take what is between entities: empty lines after headers, delimiters, preambles, epilogues."""

    def body(self, octets: bytes) -> None:
        """Take a piece of the body of a leaf or fixed entity."""

    def body_ends(self) -> None:
        """Hear that the body is over; one that is empty ends too."""


class Walk:
    """One walk through a message, whose first header section is at hand."""

    def __init__(self, header: bytes, visitor: Visitor, *, looks_into: bool = False) -> None:
        """`header`: CRLF-ended, the empty line not included. Raises what the visitor raises.

        `looks_into`: whether parts are looked for also in what may not be changed, such as what is signed.
        """
        self._visitor = visitor
        self._looks_into = looks_into
        self._buffer = bytearray()
        self._open: list[Entity] = []
        """The multiparts around where we are."""
        self._delimiters: dict[bytes, tuple[int, bool]] = {}
        """Lines that end something: how many multiparts stay open, and whether a part begins."""
        self._messages = 0
        self._default_type = _TEXT
        self._searched = 0
        self._is_line_start = True
        self._is_in_body = False
        self._is_at_first = True
        self._is_end = False
        self._step: Callable[[], bool] = self._pass_empty_line
        """What is done next; says whether more can be done."""
        self._after_header: Callable[[], bool] = self._search
        self._enter(header)

    def feed(self, octets: bytes) -> None:
        """Take the next octets after the first header section. Raises Unconvertible."""
        self._buffer += octets
        while self._step():
            pass

    def finish(self) -> None:
        """Hear that there is no more. Raises Unconvertible."""
        self._is_end = True
        while self._step():
            pass
        self._leave_body()

    def _pass_empty_line(self) -> bool:
        """Pass what is between a header section and its body."""
        if len(self._buffer) < len(_LINE_END) and not self._is_end:
            return False
        if self._buffer.startswith(_LINE_END):
            self._visitor.frame(self._take(len(_LINE_END)))
        elif self._buffer and self._is_at_first:
            raise Unconvertible("its header section is too long")
        self._is_at_first = False
        self._searched = 0
        self._step = self._after_header
        return True

    def _read_header(self) -> bool:
        """Collect a header section: up to an empty line, or to a delimiter where that is missing."""
        while (end := self._buffer.find(_LINE_END, self._searched)) >= 0:
            line = bytes(self._buffer[self._searched : end])
            if not line or line.rstrip(b" \t") in self._delimiters:
                self._enter(self._take(self._searched))
                return True
            self._searched = end + len(_LINE_END)
        if len(self._buffer) > _MOST_HEADER:
            raise Unconvertible("the header section of a part is too long")
        if self._is_end:
            self._enter(self._take(len(self._buffer)))
        return self._is_end

    def _search(self) -> bool:
        """Pass content up to the next line that may be a delimiter, and see whether it is."""
        buffer = self._buffer
        if not self._delimiters:
            self._content(len(buffer))
            return False
        if self._is_line_start and len(buffer) < len(_DASHES) and not self._is_end:
            return False
        begin = start = 0
        if not (self._is_line_start and buffer.startswith(_DASHES)):
            begin = buffer.find(_LINE_END + _DASHES)
            start = begin + len(_LINE_END)
        self._is_line_start = False
        if begin < 0:
            # What stays may be the beginning of the line end before a delimiter.
            self._content(len(buffer) if self._is_end else max(len(buffer) - 3, 0))
            return False
        self._content(begin)
        return self._judge(start - begin)

    def _judge(self, start: int) -> bool:
        """See whether the line that begins at `start`, after a line end where that is not 0, is a delimiter."""
        end = self._buffer.find(_LINE_END, start, start + _MOST_DELIMITER)
        if end < 0 and len(self._buffer) - start < _MOST_DELIMITER:
            if not self._is_end:
                self._is_line_start = start == 0
                return False
            end = len(self._buffer)
        if end < 0 or not self._ends_something(bytes(self._buffer[start:end])):
            self._content(start + len(_DASHES) if end < 0 else end)
            return True
        self._visitor.frame(self._take(end))
        if self._buffer:
            self._visitor.frame(self._take(len(_LINE_END)))
        return True

    def _ends_something(self, line: bytes) -> bool:
        """Whether `line`, without its end, is a delimiter; then it has taken effect."""
        found = self._delimiters.get(line.rstrip(b" \t"))
        if found is None:
            return False
        self._leave_body()
        depth, has_part = found
        del self._open[depth:]
        self._name_delimiters()
        self._searched = 0
        self._is_line_start = True
        self._default_type = self._open[-1].default_type if has_part else _TEXT
        self._step = self._read_header if has_part else self._search
        return True

    def _enter(self, section: bytes) -> None:
        """Have the header section of an entity, after which its body comes."""
        entity = entity_of(section, self._default_type, looks_into=self._looks_into)
        self._visitor.header(section, entity)
        self._is_in_body = entity.kind in {"leaf", "fixed"}
        self._is_line_start = True
        self._after_header = self._search
        self._step = self._pass_empty_line
        match entity.kind:
            case "multipart":
                self._open.append(entity)
                self._name_delimiters()
            case "message":
                self._messages += 1
                self._default_type = _TEXT
                self._after_header = self._read_header
        if len(self._open) > _MOST_DEPTH or self._messages > _MOST_DEPTH * _MOST_DEPTH:
            raise Unconvertible("its parts are nested too deep")

    def _name_delimiters(self) -> None:
        self._delimiters = {}
        for depth, entity in enumerate(self._open):
            self._delimiters[_DASHES + entity.boundary] = (depth + 1, True)
            self._delimiters[_DASHES + entity.boundary + _DASHES] = (depth, False)

    def _leave_body(self) -> None:
        if self._is_in_body:
            self._is_in_body = False
            self._visitor.body_ends()

    def _content(self, count: int) -> None:
        octets = self._take(count)
        if octets:
            (self._visitor.body if self._is_in_body else self._visitor.frame)(octets)

    def _take(self, count: int) -> bytes:
        octets = bytes(self._buffer[:count])
        del self._buffer[:count]
        return octets
