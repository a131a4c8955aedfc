"""Collects the content types of a message's parts while its octets pass, those within what is signed or sent on too."""

from mailcore.mail.headers import split_fields
from maildecide.lists.posting.content_types import UNREADABLE
from processor.outbound.seven_bit.entity import CONTENT_TYPE, Entity
from processor.outbound.seven_bit.fault import Unconvertible
from processor.outbound.seven_bit.walk import Walk

_HOLDING_OTHERS = ("multipart/", "message/rfc822", "message/news", "message/global")


class PartTypes:
    """Those of one message."""

    def __init__(self, header: bytes) -> None:
        """`header`: its header section, CRLF-ended."""
        self._found: dict[str, None] = {}
        self._is_readable = True
        self._walk = Walk(header, self, looks_into=True)

    def feed(self, octets: bytes) -> None:
        """Take the next octets after the header section."""
        if self._is_readable:
            try:
                self._walk.feed(octets)
            except Unconvertible:
                self._give_up()

    def finish(self) -> tuple[str, ...]:
        """Give the types, each once, in lower case; `UNREADABLE` among them where some could not be found."""
        if self._is_readable:
            try:
                self._walk.finish()
            except Unconvertible:
                self._give_up()
        return tuple(self._found)

    def header(self, section: bytes, entity: Entity) -> None:
        """Note the type of a part."""
        self._found[entity.media_type] = None
        if _is_closed(entity) or _is_ambiguous(section):
            self._found[UNREADABLE] = None

    def frame(self, octets: bytes) -> None:
        """Pass what is between parts."""

    def body(self, octets: bytes) -> None:
        """Pass what is in them."""

    def body_ends(self) -> None:
        """Pass their ends."""

    def _give_up(self) -> None:
        self._is_readable = False
        self._found[UNREADABLE] = None


def _is_closed(entity: Entity) -> bool:
    """Whether there are parts inside that are not to be seen: encoded (RFC 2045 6.4), or without a boundary."""
    return entity.kind == "leaf" and entity.media_type.startswith(_HOLDING_OTHERS)


def _is_ambiguous(section: bytes) -> bool:
    """Whether it names several types, of which readers take the first or the last."""
    return sum(field.name == CONTENT_TYPE for field in split_fields(section)) > 1
