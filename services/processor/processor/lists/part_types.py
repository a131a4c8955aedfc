"""Collects the content types of a message's parts while its octets pass."""

from processor.outbound.seven_bit.entity import Entity
from processor.outbound.seven_bit.fault import Unconvertible
from processor.outbound.seven_bit.walk import Walk

UNREADABLE = "x-unreadable/x-parts"
"""What parts are called that are nested deeper than anybody reads: no list names it."""


class PartTypes:
    """Those of one message."""

    def __init__(self, header: bytes) -> None:
        """`header`: its header section, CRLF-ended."""
        self._found: dict[str, None] = {}
        self._is_readable = True
        self._walk = Walk(header, self)

    def feed(self, octets: bytes) -> None:
        """Take the next octets after the header section."""
        if self._is_readable:
            try:
                self._walk.feed(octets)
            except Unconvertible:
                self._give_up()

    def finish(self) -> tuple[str, ...]:
        """Give the types, each once, in lower case."""
        if self._is_readable:
            try:
                self._walk.finish()
            except Unconvertible:
                self._give_up()
        return tuple(self._found)

    def header(self, section: bytes, entity: Entity) -> None:
        """Note the type of a part."""
        del section
        self._found[entity.media_type] = None

    def frame(self, octets: bytes) -> None:
        """Pass what is between parts."""

    def body(self, octets: bytes) -> None:
        """Pass what is in them."""

    def body_ends(self) -> None:
        """Pass their ends."""

    def _give_up(self) -> None:
        self._is_readable = False
        self._found[UNREADABLE] = None
