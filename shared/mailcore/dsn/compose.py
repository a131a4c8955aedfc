"""A report as a message: multipart/report with a text, the part for programs, and what is returned (RFC 6522)."""

from collections.abc import Iterator
from dataclasses import dataclass
from email.header import Header
from uuid import UUID

from mailcore.dsn.delivery_status import delivery_status, instant
from mailcore.dsn.reasons import reason_of
from mailcore.dsn.report import Notice, Report, Streamed
from mailcore.dsn.texts import TEXTS, Language, Texts
from mailcore.ids import derived_id
from mailcore.mail.enclosed import header_part, in_base64, message_fields, part


@dataclass(frozen=True, slots=True)
class Frame:
    """A report around the message that it returns."""

    before: bytes
    """The report up to where the message begins."""
    after: bytes
    """What follows it."""
    is_base64: bool = False
    """Whether the message is to be written in base64 (`mailcore.mail.transfer_encoding`)."""
    is_8bit: bool = False
    """Whether some octet of the whole is above 127."""


def compose(report: Report, language: Language) -> bytes:
    """Give the whole message, lines ended by CRLF. 8-bit only where a returned message is so, or its sender's name.

    For a report that returns nothing, a header section, or a message at hand.
    """
    framed = frame(report, language)
    whole = report.whole if isinstance(report.whole, bytes) else b""
    return framed.before + (in_base64(whole) if framed.is_base64 else whole) + framed.after


def frame(report: Report, language: Language) -> Frame:
    """Give what is around a message that is returned whole, lines ended by CRLF."""
    texts = TEXTS[language][report.action]
    boundary = f"=_{derived_id(report.id, 'boundary', '').hex}".encode()
    media_type, status = delivery_status(report)
    parts = [_text(report, texts), part(media_type, status)]
    returned, is_base64 = _returned(report)
    inside = b"".join(b"--%b\r\n%b\r\n" % (boundary, one) for one in parts)
    is_8bit_inside = not is_base64 and _is_8bit(report.whole)
    header = _header(report, texts, boundary)
    if is_8bit_inside:
        # RFC 2045 6.4: a multipart is labelled as what is in it.
        header += b"Content-Transfer-Encoding: 8bit\r\n"
    return Frame(
        before=b"%b\r\n%b--%b\r\n%b" % (header, inside, boundary, returned),
        after=b"\r\n--%b--\r\n" % boundary,
        is_base64=is_base64,
        is_8bit=not header.isascii() or is_8bit_inside,
    )


def _header(report: Report, texts: Texts, boundary: bytes) -> bytes:
    lines = [
        f"From: Mail Delivery System <MAILER-DAEMON@{report.hostname}>",
        f"To: <{report.to}>",
        f"Subject: {_encoded(texts.subject)}",
        f"Date: {instant(report.at)}",
        f"Message-ID: <{report.id}@{report.hostname}>",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/report; report-type=delivery-status;\r\n boundary="{boundary.decode()}"',
    ]
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8", "surrogateescape")


def _encoded(subject: str) -> str:
    return subject if subject.isascii() else Header(subject, "utf-8").encode(linesep="\r\n")


def _text(report: Report, texts: Texts) -> bytes:
    paragraphs = [texts.opening.format(hostname=report.hostname)]
    paragraphs += [_about(notice, texts) for notice in report.notices]
    paragraphs.append(texts.closing)
    text = "\n\n".join(paragraphs) + "\n"
    octets = text.replace("\n", "\r\n").encode("utf-8", "backslashreplace")
    return part("text/plain; charset=utf-8", octets)


def _about(notice: Notice, texts: Texts) -> str:
    return "\n".join(_lines_about(notice, texts))


def _lines_about(notice: Notice, texts: Texts) -> Iterator[str]:
    yield f"<{notice.recipient}>"
    if notice.named:
        yield texts.named.format(named=f"<{notice.named}>")
    if notice.action in {"failed", "delayed"}:
        if not notice.is_expired and (reason := reason_of(notice.status, texts.reasons)):
            yield f"{reason} ({notice.status})"
        why = "\n    ".join(notice.why.splitlines())
        form = texts.remote if notice.is_remote else texts.own
        yield form.format(server=notice.remote_mta, why=why)
    if notice.retry_until is not None:
        yield texts.until.format(until=instant(notice.retry_until))
    if notice.is_expired and notice.attempted_at is not None:
        yield texts.expired.format(at=instant(notice.attempted_at))


def _returned(report: Report) -> tuple[bytes, bool]:
    """Give what is returned, up to where a whole message begins; say whether that is to be in base64."""
    if report.whole is None:
        return header_part(report.header), False
    fields, is_base64 = message_fields(report.header, is_8bit=_is_8bit(report.whole))
    return fields + b"\r\n", is_base64


def _is_8bit(whole: bytes | Streamed | None) -> bool:
    if isinstance(whole, Streamed):
        return not whole.is_ascii
    return whole is not None and not whole.isascii()


def report_id(message_id: UUID, target: str) -> UUID:
    """Name the report about `target` (a job's attempt, a recipient) of a message: the same each time."""
    return derived_id(message_id, "dsn", target)
