"""Put texts beside a message that is no plain text: it becomes one part of several, as it is (RFC 2046 5.1)."""

from dataclasses import replace

from mailcore.mail.header_edits import all_fields, has_field, with_field, without
from mailcore.mail.text_part import text_part
from maildecide.lists.copy.post import Copy

_ENTITY = b"content-"
_ENCODING = b"content-transfer-encoding"
_WIDE = (b"8bit", b"binary")


def beside(copy: Copy, above: str, below: str, boundary: str) -> Copy:
    """Give the copy with the texts as parts of their own above and below the whole message.

    The fields that describe the content go with it. `boundary` must not occur in any line of it.
    """
    fields = all_fields(copy.header)
    own = b"".join(field.raw for field in fields if field.name.startswith(_ENTITY))
    header = without(copy.header, {field.name for field in fields if field.name.startswith(_ENTITY)})
    if not has_field(header, b"mime-version"):
        header = with_field(header, b"MIME-Version: 1.0\r\n")
    header = with_field(header, f'Content-Type: multipart/mixed; boundary="{boundary}"\r\n'.encode("ascii"))
    for raw in (field.raw for field in fields if field.name == _ENCODING):
        # What holds wide parts says so too (RFC 2045 6.4).
        if raw.partition(b":")[2].strip().lower() in _WIDE:
            header = with_field(header, raw)
    line = f"--{boundary}".encode("ascii")
    before = (_part(line, above) if above else b"") + line + b"\r\n" + own + b"\r\n"
    after = b"\r\n" + (_part(line, below) if below else b"") + line + b"--\r\n"
    return replace(copy, header=header, before=before + copy.before, after=copy.after + after)


def _part(line: bytes, text: str) -> bytes:
    fields, body = text_part(text)
    described = b"".join(field.raw for field in all_fields(fields) if field.name.startswith(_ENTITY))
    return line + b"\r\n" + described + b"Content-Disposition: inline\r\n\r\n" + body
