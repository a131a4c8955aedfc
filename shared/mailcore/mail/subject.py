"""A prefix before a subject, once, with the subject's own octets left as they are.

What a reader shows is the prefix followed by the subject, whatever of the two is encoded: blanks between two encoded
words are not shown, and an encoded word beside plain text needs one (RFC 2047 6.2, 5).
"""

import re
from contextlib import suppress

from mailcore.mail.encoded_words import WORD, decoded, encoded_words
from mailcore.mail.header_edits import fields_called, with_field, with_first
from mailcore.mail.written_field import written_field

_NAME = b"subject"
REPLY_MARKS = re.compile(
    r"""(?:
        (?:re|fwd?|aw|wg|antw(?:ort)?|sv|vs|tr|rif|res|odp|ynt|返信|転送|回复|回覆|答复|转发|轉寄)
        (?:[ \t]*(?:\[\d{1,4}\]|\(\d{1,4}\))|[\^*]\d{1,4}|\d{1,2})?  # how often: Re[2], Re (2), Re^2, Re2
        [ \t]*[:\uff1a]\s*
    )+""",
    re.IGNORECASE | re.VERBOSE,
)
"""What mail programs put before the subject that is answered or sent on, however often."""
_MOST_LINE = 78
_FIRST_WORD = re.compile(rb"[^ \t\r\n]*")


def with_prefix(section: bytes, prefix: str) -> bytes:
    """Give a header section whose subject begins with `prefix`, marks of replies not counted.

    A section without a subject gets one. Raises ValueError for a prefix that is not one line.
    """
    subjects = fields_called(section, _NAME)
    bare = prefix.strip()
    if not subjects:
        return with_field(section, written_field("Subject", bare))
    name, _, value = subjects[0].partition(b":")
    if _begins_with(decoded(value), bare):
        return section
    tail = value.lstrip(b" \t\r\n")
    if not tail:
        return with_first(section, _NAME, written_field(name.decode("ascii").strip(), bare))
    lead, separator, rest = _joined(prefix, tail)
    line = name + b": " + lead
    if separator and len(line) + 1 + len(rest.split(b"\r\n", 1)[0]) > _MOST_LINE:
        separator = b"\r\n" + separator
    return with_first(section, _NAME, line + separator + rest)


def _begins_with(subject: str, bare: str) -> bool:
    marks = REPLY_MARKS.match(subject)
    return subject.startswith(bare) or (marks is not None and subject.startswith(bare, marks.end()))


def _joined(prefix: str, tail: bytes) -> tuple[bytes, bytes, bytes]:
    """Give what stands before `tail`, the blanks between, and what is left of `tail`."""
    if re.search(r"[\r\n\0]", prefix):
        raise ValueError("a prefix is one line")
    bare = prefix.rstrip(" \t")
    blanks = prefix[len(bare) :].encode("ascii")
    word = WORD.match(tail)
    is_plain = bare.isascii() and "=?" not in bare
    if is_plain and (blanks or word is None):
        return bare.encode("ascii"), blanks, tail
    if word is not None:
        return _words(prefix, word[1]), b" ", tail
    if not tail.isascii():
        return prefix.encode("utf-8"), b"", tail  # as RFC 6532 has it, like the rest of the field
    if blanks:
        return _words(bare, b"UTF-8"), blanks, tail
    first = _FIRST_WORD.match(tail)
    end = 0 if first is None else first.end()
    return _words(bare + tail[:end].decode("ascii"), b"UTF-8"), b"", tail[end:]


def _words(text: str, beside: bytes) -> bytes:
    """Encode as the word beside it is, if that is ISO-2022-JP and has the characters, else as UTF-8."""
    if beside.lower() == b"iso-2022-jp":
        with suppress(UnicodeEncodeError):
            return b"\r\n ".join(encoded_words(text, "ISO-2022-JP"))
    return b"\r\n ".join(encoded_words(text))
