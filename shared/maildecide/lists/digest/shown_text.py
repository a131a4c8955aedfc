"""What a plain digest shows of a post: the texts of all its parts, in their order. Never raises.

All, since the list's own texts stand in parts beside a post that is no plain text. Of alternatives (RFC 2046 5.1.4) the
first that is plain, else the first that shows anything; nothing of attachments, pictures and what is encrypted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from maildecide.lists.commands.html_text import text_of_html
from maildecide.lists.commands.plain_text import decoded, parsed

_MOST_PARTS = 50
_MOST_DEEP = 20


@dataclass(frozen=True, slots=True)
class ShownText:
    """What is shown."""

    text: str
    is_all: bool
    """Whether nothing but other forms of it, and signatures, is left out."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """What is shown of one part."""

    text: str | None
    """None: nothing."""
    is_plain: bool = False

    @property
    def shows(self) -> bool:
        return self.text is not None and bool(self.text.strip())


_NOTHING = _Piece(None)


def shown_text(octets: bytes) -> ShownText:
    """Give what is shown of a message, of which `octets` is the beginning."""
    message = parsed(octets)
    if message is None:
        return ShownText("", is_all=False)
    pieces = list(_pieces(message, _MOST_DEEP))[:_MOST_PARTS]
    texts = (piece.text.strip("\r\n") for piece in pieces if piece.text is not None and piece.shows)
    return ShownText("\n\n".join(texts), is_all=len(pieces) < _MOST_PARTS and _NOTHING not in pieces)


def _pieces(entity: "Message[str, str]", deep: int) -> Iterator[_Piece]:
    kind = entity.get_content_type()
    # What is no list it would decode, and by some charsets it cannot.
    payload = entity.get_payload() if entity.is_multipart() else None
    inside = [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else None
    if entity.get_content_disposition() == "attachment" or deep == 0:
        yield _NOTHING
    elif inside is None:
        yield _leaf(entity, kind)
    elif kind == "multipart/alternative":
        yield from _nearest([list(_pieces(part, deep - 1)) for part in inside[:_MOST_PARTS]])
    else:
        # RFC 1847 2.1: what comes after the first part of those is its signature.
        for part in inside[: 1 if kind == "multipart/signed" else _MOST_PARTS]:
            yield from _pieces(part, deep - 1)


def _nearest(forms: list[list[_Piece]]) -> list[_Piece]:
    """Give the form of all that is to be shown."""
    plain = (form for form in forms if any(piece.is_plain and piece.shows for piece in form))
    shown = (form for form in forms if any(piece.shows for piece in form))
    return next(plain, None) or next(shown, None) or [_NOTHING]


def _leaf(entity: "Message[str, str]", kind: str) -> _Piece:
    if kind == "text/plain":
        return _Piece(decoded(entity), is_plain=True)
    return _Piece(text_of_html(decoded(entity))) if kind == "text/html" else _NOTHING
