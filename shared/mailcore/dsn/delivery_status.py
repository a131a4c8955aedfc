"""The part of a report for programs: message/delivery-status (RFC 3464 2). ASCII alone, lines kept short.

To senders of internationalised mail it is message/global-delivery-status, in UTF-8 (RFC 6533 4), where that says more.
"""

from datetime import UTC, datetime
from email.utils import format_datetime
from ipaddress import ip_address

from mailcore.dsn.address_field import decoded_xtext, original_recipient, typed_address
from mailcore.dsn.report import Notice, Report

_MOST_LINE = 240
"""Characters, which have up to four octets: below the 998 of RFC 5322 2.1.1."""


def delivery_status(report: Report) -> tuple[str, bytes]:
    """Give the media type, and the fields of the message, and after an empty line each those of a recipient."""
    if report.smtputf8:
        octets = _fields(report, utf8=True).encode("utf-8", "backslashreplace")
        if not octets.isascii():
            return "message/global-delivery-status", octets
    return "message/delivery-status", _fields(report, utf8=False).encode("ascii")


def _fields(report: Report, *, utf8: bool) -> str:
    groups = [_of_message(report), *(_of_recipient(notice, utf8=utf8) for notice in report.notices)]
    return "\r\n".join("".join(f"{line}\r\n" for line in group) for group in groups)


def instant(at: float) -> str:
    """Give a time as fields have it."""
    return format_datetime(datetime.fromtimestamp(int(at), UTC))


def _of_message(report: Report) -> list[str]:
    lines = [f"Reporting-MTA: dns; {report.hostname}"]
    if report.envid is not None:
        lines.append(_folded(f"Original-Envelope-Id: {decoded_xtext(report.envid)}"))
    lines.append(f"Arrival-Date: {instant(report.arrived_at)}")
    return lines


def _of_recipient(notice: Notice, *, utf8: bool) -> list[str]:
    lines = []
    if notice.original is not None:
        lines.append(_folded(f"Original-Recipient: {original_recipient(notice.original, utf8=utf8)}"))
    lines += [
        f"Final-Recipient: {typed_address(notice.recipient, utf8=utf8)}",
        f"Action: {notice.action}",
        f"Status: {notice.status}",
    ]
    if notice.remote_mta is not None:
        lines.append(f"Remote-MTA: dns; {_host(notice.remote_mta)}")
    if notice.is_remote:
        lines.append(_folded(f"Diagnostic-Code: smtp; {_one_line(notice.why, utf8=utf8)}"))
    if notice.attempted_at is not None:
        lines.append(f"Last-Attempt-Date: {instant(notice.attempted_at)}")
    if notice.retry_until is not None:
        lines.append(f"Will-Retry-Until: {instant(notice.retry_until)}")
    return lines


def _host(name: str) -> str:
    """Give a server as `dns` has it: an address as a literal (RFC 3464 9.3, RFC 5321 4.1.3)."""
    try:
        address = ip_address(name)
    except ValueError:
        return name
    return f"[{address}]" if address.version == 4 else f"[IPv6:{address}]"  # noqa: PLR2004 - IPv4


def _one_line(text: str, *, utf8: bool) -> str:
    one_line = " ".join(text.split())
    if utf8:
        return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in one_line)
    return one_line.encode("ascii", "backslashreplace").decode("ascii")


def _folded(field: str) -> str:
    """Fold a long field where a space allows it, else hard."""
    lines = []
    while len(field) > _MOST_LINE:
        at = field.rfind(" ", 1, _MOST_LINE)
        at = at if at > 1 else _MOST_LINE
        lines.append(field[:at])
        field = " " + field[at:].lstrip(" ")
    return "\r\n".join([*lines, field])
