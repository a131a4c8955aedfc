from dataclasses import replace

from tests.fakes.null_handler import LIMITS

from ingress.session.announcement import announcement


def test_what_is_offered_is_announced() -> None:
    lines = announcement(LIMITS, starttls=True, auth=True).text.split("\n")
    assert lines == [
        "mx.example.com",
        "PIPELINING",
        "SIZE 52428800",
        "8BITMIME",
        "SMTPUTF8",
        "CHUNKING",
        "DSN",
        "ENHANCEDSTATUSCODES",
        "LIMITS RCPTMAX=100",
        "STARTTLS",
        "AUTH PLAIN LOGIN",
    ]


def test_what_is_not_offered_is_not() -> None:
    limits = replace(LIMITS, announced_recipients=0, max_messages=5)
    lines = announcement(limits, starttls=False, auth=False).text.split("\n")
    assert lines[-1] == "LIMITS MAILMAX=5"
    assert "STARTTLS" not in lines


def test_replies_to_ehlo_carry_no_enhanced_status() -> None:
    wire = announcement(LIMITS, starttls=False, auth=False).wire()
    assert wire.startswith(b"250-mx.example.com\r\n250-PIPELINING\r\n")
    assert wire.endswith(b"\r\n250 LIMITS RCPTMAX=100\r\n")
