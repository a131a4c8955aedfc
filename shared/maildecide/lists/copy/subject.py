"""Put the list's tag into the subject, once: after the marks of a reply, in the place of an older one."""

import re
from contextlib import suppress
from dataclasses import replace

from mailcore.mail.encoded_words import WORD, decoded
from mailcore.mail.header_edits import fields_called, with_field, with_only
from mailcore.mail.subject import REPLY_MARKS, with_prefix
from mailcore.mail.written_field import written_field
from maildecide.lists.copy.placeholders import pattern_of
from maildecide.lists.copy.post import Copy, PostOut

_NAME = b"subject"
_JIS = b"iso-2022-jp"
_UNREADABLE = "\ufffd"


def apply(copy: Copy, post: PostOut) -> Copy:
    """Give the copy with the tag; a message without a subject gets the tag for one."""
    tag = post.tag
    if tag is None or post.list.subject_tag is None:
        return copy
    fields = fields_called(copy.header, _NAME)
    if not fields:
        return replace(copy, header=with_field(copy.header, written_field("Subject", tag, is_decoded=True)))
    value = fields[0].partition(b":")[2]
    text, older = decoded(value), pattern_of(post.list.subject_tag, post.list)
    if _UNREADABLE in text:
        return replace(copy, header=_before_octets(copy.header, value, tag, older))
    marks, rest = _parted(_one_line(text), older)
    return replace(copy, header=with_only(copy.header, _NAME, _written(f"{marks}{tag} {rest}".rstrip(), value)))


def _before_octets(header: bytes, value: bytes, tag: str, older: re.Pattern[str]) -> bytes:
    """Give the header section with the tag before octets of no known charset, which stay as they are."""
    # Marks and older tags are found as far as they are ASCII and not encoded.
    marks, rest = _parted(value.strip().decode("ascii", "surrogateescape"), older)
    bare = with_only(header, _NAME, b"Subject: " + rest.encode("ascii", "surrogateescape") + b"\r\n")
    return with_prefix(bare, " ".join((*marks.split(), tag, "")))


def _parted(text: str, older: re.Pattern[str]) -> tuple[str, str]:
    """Give the marks of replies, and the rest without older tags; both may have been put before each other in turns."""
    marks, rest, end = "", text, -1
    while end != len(rest):
        end = len(rest)
        if found := REPLY_MARKS.match(rest):
            marks, rest = marks + found[0], rest[found.end() :]
        if found := older.match(rest):
            rest = rest[found.end() :].lstrip()
    if marks and not marks[-1].isspace():
        marks += " "
    return marks, rest


def _written(text: str, value: bytes) -> bytes:
    """Write it in ISO-2022-JP where that is what all of it was written in, and it can be; else in UTF-8."""
    charsets = {word[1].lower() for word in WORD.finditer(value)}
    if charsets == {_JIS} or (not charsets and b"\x1b$" in value):
        with suppress(UnicodeEncodeError):
            return written_field("Subject", text, "ISO-2022-JP", is_decoded=True)
    return written_field("Subject", text, is_decoded=True)


def _one_line(text: str) -> str:
    return "".join(" " if character in "\r\n\0" else character for character in text)
