"""Reports are read back as any mail program reads them."""

from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast
from uuid import UUID

import pytest

from mailcore.dsn.compose import compose, report_id
from mailcore.dsn.report import Action, Notice, Report
from mailcore.dsn.texts import TEXTS

MESSAGE = b"From: ada@example.com\r\nSubject: hello\r\n\r\nHow are you?\r\n"
HEADER = b"From: ada@example.com\r\nSubject: hello\r\n"
MESSAGE_ID = UUID("018f0000-0000-7000-8000-000000000001")
AT = 1_767_225_600.0


def a_notice(**changes: Any) -> Notice:
    notice = Notice(
        "bea@example.org",
        "failed",
        "5.1.1",
        "550 5.1.1 Nobody\nof that name",
        is_remote=True,
        remote_mta="mx.example.org",
        attempted_at=AT + 5,
    )
    return replace(notice, **changes)


def a_report(*notices: Notice, **changes: Any) -> Report:
    report = Report(
        report_id(MESSAGE_ID, "x"), "ada@example.com", notices or (a_notice(),), "mx.example.com", AT + 9, AT, HEADER
    )
    return replace(report, **changes)


def read(octets: bytes) -> EmailMessage:
    assert b"\n" not in octets.replace(b"\r\n", b"")
    return message_from_bytes(octets, policy=policy.default)


def parts(report: Report, language: Any = "en") -> list[EmailMessage]:
    return cast("list[EmailMessage]", read(compose(report, language)).get_payload())


def fields(report: Report) -> list[dict[str, str]]:
    status = parts(report)[1]
    assert status.get_content_type() == "message/delivery-status"
    return [dict(group.items()) for group in cast("list[EmailMessage]", status.get_payload())]


def test_its_header_says_what_it_is() -> None:
    message = read(compose(a_report(), "en"))
    assert message.get_content_type() == "multipart/report"
    assert message.get_param("report-type") == "delivery-status"
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["To"] == "ada@example.com"
    assert message["From"] == "Mail Delivery System <MAILER-DAEMON@mx.example.com>"
    assert message["Message-ID"] == f"<{report_id(MESSAGE_ID, 'x')}@mx.example.com>"
    assert message["Date"] == "Thu, 01 Jan 2026 00:00:09 +0000"
    assert not message.defects


def test_it_is_the_same_each_time() -> None:
    assert compose(a_report(), "ja") == compose(a_report(), "ja")
    assert report_id(MESSAGE_ID, "x") != report_id(MESSAGE_ID, "y")


def test_programs_read_everything() -> None:
    report = a_report(
        a_notice(original="rfc822;bea+2Ba@example.org"), a_notice(recipient="cas@example.org"), envid="QQ+2B1"
    )
    assert fields(report) == [
        {
            "Reporting-MTA": "dns; mx.example.com",
            "Original-Envelope-Id": "QQ+1",
            "Arrival-Date": "Thu, 01 Jan 2026 00:00:00 +0000",
        },
        {
            "Original-Recipient": "rfc822; bea+a@example.org",
            "Final-Recipient": "rfc822; bea@example.org",
            "Action": "failed",
            "Status": "5.1.1",
            "Remote-MTA": "dns; mx.example.org",
            "Diagnostic-Code": "smtp; 550 5.1.1 Nobody of that name",
            "Last-Attempt-Date": "Thu, 01 Jan 2026 00:00:05 +0000",
        },
        {
            "Final-Recipient": "rfc822; cas@example.org",
            "Action": "failed",
            "Status": "5.1.1",
            "Remote-MTA": "dns; mx.example.org",
            "Diagnostic-Code": "smtp; 550 5.1.1 Nobody of that name",
            "Last-Attempt-Date": "Thu, 01 Jan 2026 00:00:05 +0000",
        },
    ]


def test_a_delay_says_until_when() -> None:
    report = a_report(a_notice(action="delayed", status="4.4.1", why="no connection", is_remote=False, retry_until=AT))
    assert fields(report)[1]["Will-Retry-Until"] == "Thu, 01 Jan 2026 00:00:00 +0000"
    assert "Diagnostic-Code" not in fields(report)[1]


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("action", ["failed", "delayed", "delivered", "relayed"])
def test_people_read_it_in_their_language(language: Any, action: Action) -> None:
    report = a_report(a_notice(action=action, named="list@example.com"))
    message = read(compose(report, language))
    texts = TEXTS[language][action]
    assert message["Subject"] == texts.subject
    text = parts(report, language)[0].get_content()
    assert "<bea@example.org>" in text
    assert "<list@example.com>" in text
    assert texts.closing in text
    assert ("550 5.1.1 Nobody" in text) == (action in {"failed", "delayed"})


def test_the_header_section_or_the_whole_comes_back() -> None:
    assert parts(a_report())[2].get_content_type() == "text/rfc822-headers"
    assert "Subject: hello" in parts(a_report())[2].get_content()
    whole = parts(a_report(whole=MESSAGE))[2]
    assert whole.get_content_type() == "message/rfc822"
    assert whole.get_payload()[0]["Subject"] == "hello"  # type: ignore[index]


def test_utf8_headers_have_types_of_their_own() -> None:
    header = "Subject: 飛脚\r\n".encode()
    octets = compose(a_report(header=header), "en")
    assert octets.isascii()
    assert b"message/global-headers" in octets
    whole = compose(a_report(header=header, whole=header + b"\r\nbody\r\n"), "en")
    assert whole.isascii()
    assert b"Content-Type: message/global\r\n" in whole


def test_an_8bit_body_stays_as_it_is() -> None:
    octets = compose(a_report(whole=HEADER + b"\r\n\xe9\r\n"), "en")
    assert b"Content-Transfer-Encoding: 8bit" in octets
    assert b"\xe9" in octets


def test_whatever_a_server_says_cannot_break_it() -> None:
    why = "550 \u98db\u811a " + "x" * 5000 + " \x85\u2028 end"
    report = a_report(a_notice(why=why, recipient="飛脚@example.org"))
    found = fields(report)[1]
    assert found["Final-Recipient"] == "utf-8; \\x{98DB}\\x{811A}@example.org"
    assert found["Diagnostic-Code"].startswith("smtp; 550 \\u98db\\u811a")
    assert all(len(line) <= 998 for line in compose(report, "en").split(b"\r\n"))
