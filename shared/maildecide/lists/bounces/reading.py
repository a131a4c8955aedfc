"""Reads what came back: by the standard form, then whether a program answered, then by the many older forms.

The order matters. A report in the standard form says what it is, and many servers mark it as an automatic answer; a
message that only a responder writes is an answer, whatever words are in it, and whatever report it was an answer to.
"""

from collections.abc import Callable
from dataclasses import replace

from mailcore.mail.header_edits import all_fields, fields_called
from maildecide.lists.automatic import automatic_answer
from maildecide.lists.bounces.said import NOTHING, Said
from maildecide.lists.bounces.status_report import read_status
from maildecide.lists.bounces.transcript import read_transcript
from maildecide.message.mail import Mail

Dialects = Callable[[bytes, bytes], Said | None]
"""Reads the older forms, from a header section and the beginning of a body; None where it knows none of them."""

_OTHER_REPORTS = (b"report-type=feedback-report", b"report-type=disposition-notification")
"""Complaints (RFC 5965), and whether somebody has read it (RFC 8098)."""
_REPORT = b"multipart/report"
_SERVERS = (b"mailer-daemon", b"postmaster", b"mail-daemon", b"maildaemon")
_FAILED = b"x-failed-recipients"


def read_returned(mail: Mail, beginning: bytes, dialects: Dialects) -> Said:
    """Give what a message says that came back; `beginning`: as much of its body as is looked at."""
    content_type = b"".join(fields_called(mail.header, b"content-type")).lower().replace(b'"', b"")
    if any(other in content_type for other in _OTHER_REPORTS):
        return NOTHING
    answer = automatic_answer(mail)
    is_an_answer = answer is not None and not _is_by_a_server(mail)
    if not is_an_answer or _REPORT in content_type:
        octets = mail.header + b"\r\n" + beginning.removeprefix(b"\r\n")
        if (said := read_status(octets)) is not None:
            return said
    if answer is not None and is_an_answer:
        return Said("answer", why=answer, read_by="header")
    known = dialects(mail.header, beginning)
    # A report comes from nobody (RFC 3464 2), whatever its header says.
    is_by_a_server = not mail.envelope.sender or _is_by_a_server(mail)
    words = read_transcript(mail.header, beginning) if known is not None or is_by_a_server else None
    if known is not None:
        return known if words is None else _in_its_words(known, words)
    if words is not None:
        return words
    return NOTHING if answer is None else Said("answer", why=answer, read_by="header")


def _in_its_words(known: Said, words: Said) -> Said:
    """Give what the library knows, with the reason: it does not ask whether that may pass."""
    if known.kind == "failed" and words.kind == "transient":
        return replace(known, kind="transient", failed=(), why=words.why)
    return replace(known, why=words.why)


def _is_by_a_server(mail: Mail) -> bool:
    """Whether a server wrote it, as far as it says so itself."""
    if any(field.name == _FAILED for field in all_fields(mail.header)):
        return True
    return any(
        server in raw.lower() or b"<>" in raw for raw in fields_called(mail.header, b"from") for server in _SERVERS
    )
