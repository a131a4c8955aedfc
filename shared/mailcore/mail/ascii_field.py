"""A header field in ASCII and in lines of a lawful length, for servers that take nothing else.

Text becomes encoded words (RFC 2047), parameters become what RFC 2231 makes of them. What no charset is known of keeps
its octets under the name that RFC 1428 has for that.
"""

import re
from urllib.parse import quote

from mailcore.mail.encoded_words import UNKNOWN_CHARSET, encoded_words
from mailcore.mail.written_field import written_field

_MOST_LINE = 998
_FOLD = re.compile(rb"\r?\n(?=[ \t])")
_HIGH = bytes(octet if octet < 128 else 0x3F for octet in range(256))  # noqa: PLR2004 - question marks
_ADDRESSES = frozenset(
    {"bcc", "cc", "disposition-notification-to", "errors-to", "from", "mail-followup-to", "reply-to", "resent-bcc"}
    | {"resent-cc", "resent-from", "resent-reply-to", "resent-sender", "resent-to", "return-receipt-to", "sender", "to"}
)
_WITH_PARAMETERS = frozenset({"content-disposition", "content-type"})
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_PAIR = re.compile(r"\\(.)")
_PARAMETER = re.compile(r';\s*([^\s;=*"]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)')
_PIECE = re.compile("(?:%..|[^%]){1,20}")
"""RFC 2231 3: as long as a line takes, and nothing parted that stands for one octet."""


class AddressNotAscii(ValueError):  # noqa: N818 - reads as what is so
    """An address in the field is not ASCII, and nothing can stand for it (RFC 6531)."""


def is_lawful(raw: bytes) -> bool:
    """Whether a field can go out as it is."""
    return raw.isascii() and (len(raw) <= _MOST_LINE or all(len(line) <= _MOST_LINE for line in raw.split(b"\r\n")))


def ascii_field(raw: bytes) -> bytes:
    """Give a field as it can go out; a line that is no field loses what is not ASCII. Raises AddressNotAscii."""
    if is_lawful(raw):
        return raw
    name, colon, value = raw.partition(b":")
    label = name.rstrip(b" \t").decode("latin-1")
    if not colon or not label.isascii() or not label.isprintable() or " " in label:
        return raw.translate(_HIGH)
    octets = _FOLD.sub(b"", value).translate(None, b"\r\n\0").strip()
    text, charset = _read(octets)
    kind = label.lower()
    if kind in _WITH_PARAMETERS:
        return _with_parameters(label, text, charset)
    if kind in _ADDRESSES:
        text = _QUOTED.sub(lambda found: _word(found, charset), text)
        if any("@" in token for token in re.findall(r"[^\s,;:]+", text) if not token.isascii()):
            raise AddressNotAscii(f"an address in {label} is not ASCII")
    return written_field(label, text, charset)


def _read(octets: bytes) -> tuple[str, str]:
    try:
        return octets.decode(), "utf-8"
    except UnicodeDecodeError:
        # Each octet a character: what is encoded again are the same octets.
        return octets.decode("latin-1"), UNKNOWN_CHARSET


def _word(found: re.Match[str], charset: str) -> str:
    if found[0].isascii():
        return found[0]
    words = encoded_words(_PAIR.sub(r"\1", found[1]), charset)
    return b" ".join(words).decode("ascii")


def _with_parameters(label: str, text: str, charset: str) -> bytes:
    main = text.partition(";")[0].strip().encode("ascii", "replace")
    parameters = (_parameter(found[1], found[2].strip(), charset) for found in _PARAMETER.finditer(text))
    return b";\r\n\t".join((label.encode() + b": " + main, *parameters)) + b"\r\n"


def _parameter(name: str, value: str, charset: str) -> bytes:
    if (name + value).isascii() and len(name + value) < _MOST_LINE // 2:
        return f"{name}={value}".encode()
    plain = _PAIR.sub(r"\1", value[1:-1]) if value.startswith('"') and value.endswith('"') and len(value) > 1 else value
    coded = quote(plain.encode("utf-8" if charset == "utf-8" else "latin-1"), safe="")
    pieces = _PIECE.findall(coded) or [""]
    pieces[0] = f"{charset}''{pieces[0]}"
    attribute = name.encode("ascii", "replace").decode()
    if len(pieces) == 1:
        return f"{attribute}*={pieces[0]}".encode()
    return ";\r\n\t".join(f"{attribute}*{place}*={piece}" for place, piece in enumerate(pieces)).encode()
