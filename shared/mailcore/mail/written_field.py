"""A whole header field of a text: encoded where it must be (RFC 2047), folded (RFC 5322 2.2.3), CRLF-ended."""

import re
from collections.abc import Iterator

from mailcore.mail.encoded_words import encoded_words

_WORDS = re.compile(r"[ \t]+|[^ \t]+")
_MOST_LINE = 78
"""RFC 5322 2.1.1: the length of lines, without CRLF, that is to be kept where it can be."""


def written_field(name: str, value: str, charset: str = "UTF-8") -> bytes:
    """Give the field. Neither part may hold a character that ends a line or NUL; raises ValueError.

    Only words that are not ASCII are encoded, in `charset`, so that an address or a date among them stays what it is.
    """
    if re.search(r"[\r\n\0]", name + value):
        raise ValueError("a header field is one line")
    line = f"{name}:".encode("ascii")
    lines: list[bytes] = []
    for blank, token in _tokens(value.strip(), charset):
        piece = blank + token
        if len(line) + len(piece) > _MOST_LINE and len(line) > len(name) + 1:
            lines.append(line)
            line = piece
        else:
            line += piece
    return b"\r\n".join([*lines, line]) + b"\r\n"


def _tokens(value: str, charset: str) -> Iterator[tuple[bytes, bytes]]:
    """Give what may stand on a line of its own, each with the blanks before it."""
    blank, pending = " ", ""
    for word in _WORDS.findall(value):
        if word.isspace():
            blank = word
        elif word.isascii():
            yield from _encoded(pending, charset)
            pending = ""
            yield blank.encode("ascii"), word.encode("ascii")
        elif pending:
            pending += blank + word
        else:
            pending = blank + word
    yield from _encoded(pending, charset)


def _encoded(text: str, charset: str) -> Iterator[tuple[bytes, bytes]]:
    """Give the words of a text that begins with the blanks before it."""
    bare = text.lstrip(" \t")
    blank = text[: len(text) - len(bare)].encode("ascii")
    for word in encoded_words(bare, charset):
        yield blank, word
        blank = b" "
