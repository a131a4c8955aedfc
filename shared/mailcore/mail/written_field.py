"""A whole header field of a text: encoded where it must be (RFC 2047), folded (RFC 5322 2.2.3), CRLF-ended."""

import re
from collections.abc import Callable, Iterator

from mailcore.mail.encoded_words import encoded_words

_WORDS = re.compile(r"[ \t]+|[^ \t]+")
_MOST_LINE = 78
"""RFC 5322 2.1.1: the length of lines, without CRLF, that is to be kept where it can be."""
_MOST_WORD = 900
"""Characters of a word that fit into a line in any case (998 octets)."""


def written_field(name: str, value: str, charset: str = "UTF-8", *, is_decoded: bool = False) -> bytes:
    """Give the field. Neither part may hold a character that ends a line or NUL; raises ValueError.

    Only words that are not ASCII are encoded, in `charset`, so that an address or a date among them stays what it is.
    `is_decoded`: the value is a text as it is read, so what looks like an encoded word in it is none, and is encoded
    too, as is a word that no line has room for, or that holds control characters.
    """
    if re.search(r"[\r\n\0]", name + value):
        raise ValueError("a header field is one line")
    line = f"{name}:".encode("ascii")
    lines: list[bytes] = []
    for blank, token in _tokens(value.strip(), charset, _is_plain_text if is_decoded else str.isascii):
        piece = blank + token
        if len(line) + len(piece) > _MOST_LINE and len(line) > len(name) + 1:
            lines.append(line)
            line = piece
        else:
            line += piece
    return b"\r\n".join([*lines, line]) + b"\r\n"


def _is_plain_text(word: str) -> bool:
    return word.isascii() and word.isprintable() and "=?" not in word and len(word) <= _MOST_WORD


def _tokens(value: str, charset: str, stays: Callable[[str], bool]) -> Iterator[tuple[bytes, bytes]]:
    """Give what may stand on a line of its own, each with the blanks before it."""
    blank, pending = " ", ""
    for word in _WORDS.findall(value):
        if word.isspace():
            blank = word
        elif stays(word):
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
