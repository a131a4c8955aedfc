"""A report as a message: multipart/report with a text, the part for programs, and what is returned (RFC 6522)."""

from base64 import b64encode
from email.header import Header
from uuid import UUID

from mailcore.dsn.delivery_status import delivery_status, instant
from mailcore.dsn.report import Notice, Report
from mailcore.dsn.texts import TEXTS, Language, Texts
from mailcore.ids import derived_id

_LINE = 76


def compose(report: Report, language: Language) -> bytes:
    """Give the whole message, lines ended by CRLF. 8-bit only where a returned message is so, or its sender's name."""
    texts = TEXTS[language][report.action]
    boundary = f"=_{derived_id(report.id, 'boundary', '').hex}"
    parts = [_text(report, texts), _part("message/delivery-status", delivery_status(report)), _returned(report)]
    body = b"".join(b"--%b\r\n%b\r\n" % (boundary.encode(), part) for part in parts)
    return _header(report, texts, boundary) + b"\r\n" + body + b"--%b--\r\n" % boundary.encode()


def _header(report: Report, texts: Texts, boundary: str) -> bytes:
    lines = [
        f"From: Mail Delivery System <MAILER-DAEMON@{report.hostname}>",
        f"To: <{report.to}>",
        f"Subject: {_encoded(texts.subject)}",
        f"Date: {instant(report.at)}",
        f"Message-ID: <{report.id}@{report.hostname}>",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/report; report-type=delivery-status;\r\n boundary="{boundary}"',
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
    return _part("text/plain; charset=utf-8", octets)


def _about(notice: Notice, texts: Texts) -> str:
    lines = [f"<{notice.recipient}>"]
    if notice.named:
        lines.append(texts.named.format(named=f"<{notice.named}>"))
    if notice.action in {"failed", "delayed"}:
        why = "\n    ".join(notice.why.splitlines())
        form = texts.remote if notice.is_remote else texts.own
        lines.append(form.format(server=notice.remote_mta, why=why))
    if notice.retry_until is not None:
        lines.append(texts.until.format(until=instant(notice.retry_until)))
    return "\n".join(lines)


def _returned(report: Report) -> bytes:
    """Give the message or its header section; what holds UTF-8 in its header has types of its own (RFC 6533 4)."""
    is_global = not report.header.isascii()
    if report.whole is None:
        return _part("message/global-headers" if is_global else "text/rfc822-headers", report.header)
    if is_global:
        return _part("message/global", report.whole)
    # RFC 2046 5.2.1: no other encoding of message/rfc822 is allowed.
    encoding = b"7bit" if report.whole.isascii() else b"8bit"
    return b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: %b\r\n\r\n%b" % (encoding, report.whole)


def _part(content_type: str, octets: bytes) -> bytes:
    if octets.isascii() and all(len(line) <= 998 for line in octets.split(b"\r\n")):  # noqa: PLR2004 - RFC 5322 2.1.1
        return f"Content-Type: {content_type}\r\n\r\n".encode() + octets
    text = b64encode(octets).decode("ascii")
    lines = "\r\n".join(text[at : at + _LINE] for at in range(0, len(text), _LINE))
    return f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: base64\r\n\r\n{lines}\r\n".encode()


def report_id(message_id: UUID, target: str) -> UUID:
    """Name the report about `target` (a job's attempt, a recipient) of a message: the same each time."""
    return derived_id(message_id, "dsn", target)
