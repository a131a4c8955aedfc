"""Reports whose every octet is kept in `reports/`: how each comes about, from what became of a message to what is sent.

Beside each `*.eml` a `*.txt` shows what people read of it. When a report is to be another, write them anew and look at
what has changed:

    PYTHONPATH=. .venv/bin/python -m tests.unit.processor.outbound.golden_reports
"""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import msgspec
from tests.builders import MESSAGE_ID
from tests.fakes.contents import MemoryContents

from mailcore.dsn.language import language_for
from mailcore.mail.content import InlineContent
from mailcore.mail.headers import header_size
from mailcore.replies import Reply
from mailcore.settings import DeliverySettings
from processor.outbound.attempt import Result
from processor.outbound.client.answer import Answer
from processor.outbound.client.opening import Server
from processor.outbound.remote_mail import RemoteMail, RemoteRecipient
from processor.outbound.report_writing import written
from processor.outbound.reports import of_notices
from processor.outbound.settlement import of_done, settle

FILES = Path(__file__).parent / "reports"
ACCEPTED = 1_767_225_600.0
"""2026-01-01, 00:00 UTC."""
MINUTE, FIVE_HOURS, FIVE_DAYS = 60.0, 18_000.0, 432_000.0
SETTINGS = DeliverySettings()

ENGLISH = (
    b"From: Ada <ada@example.com>\r\nTo: bea@example.org\r\nSubject: Tuesday\r\n"
    b"Message-ID: <1@example.com>\r\n\r\nAt four?\r\n"
)
JAPANESE = (
    b"From: Ada <ada@example.com>\r\nTo: bea@example.org\r\nSubject: =?UTF-8?B?44GT44KT44Gr44Gh44Gv?=\r\n"
    b"Message-ID: <1@example.com>\r\nContent-Type: text/plain; charset=iso-2022-jp\r\n\r\n\x1b$B;MO;;~$K\x1b(B\r\n"
)
UTF8 = "From: 飛脚 <飛脚@example.com>\r\nTo: bé+a@example.org\r\nSubject: こんにちは\r\n\r\nAt four?\r\n".encode()

BEA = RemoteRecipient("bea@example.org", original="rfc822;bea+2Bmail@example.org")
CAS = RemoteRecipient("cas@example.org", named="team@example.com")
ASKING = RemoteRecipient("bea@example.org", frozenset({"SUCCESS", "FAILURE"}), "rfc822;bea@example.org")
HERE = RemoteRecipient("dan@example.com")
FULL_HERE: dict[str, Any] = {
    "done": "delayed",
    "refusal": "the mailbox of dan@example.com is full: it holds 1000000 octets in 12 messages",
    "refusal_status": "4.2.2",
    "retry_until": ACCEPTED + FIVE_DAYS,
}
OURS = {"sender": "飛脚@example.com"}
ELSEWHERE = RemoteRecipient("bé+a@example.org", original="utf-8;bé\\x{2B}a@example.org")
MX = Server("mx.example.org", "192.0.2.25", 25)
REFUSED = Result(
    Answer("rcpt", Reply(550, "5.1.1", "<bea@example.org>: nobody of that name\nis known, see example.org/who")),
    MX,
)
GREYLISTED = Result(Answer("rcpt", Reply(451, "4.7.1", "Greylisted, come back in an hour")), MX)
AWAY = Result(Answer("connect", why="no connection within 30 s"), MX)
TAKEN = Result(Answer("final", Reply(250, "2.0.0", "Taken")), MX)
IN_UTF8 = Result(Answer("rcpt", Reply(550, "5.1.1", "誰もいません")), MX)


@dataclass(frozen=True, slots=True)
class Case:
    """How one report comes about."""

    name: str
    mail: RemoteMail
    results: Mapping[str, Result] = field(default_factory=dict)
    """By address; empty where the mail says itself what happened."""
    after: float = MINUTE
    """Seconds since it was accepted."""


def a_mail(octets: bytes, *recipients: RemoteRecipient, **changes: Any) -> RemoteMail:
    """Give a message of which reports are made."""
    size = header_size(octets)
    mail = RemoteMail(
        MESSAGE_ID,
        ACCEPTED,
        0,
        "ada@example.com",
        recipients,
        octets[:size],
        InlineContent(octets),
        size,
        envid="QQ+2B314159",
    )
    return msgspec.structs.replace(mail, **changes)


def cases() -> Iterator[Case]:
    """Give all of them, the usual ones in both languages, which the message shows."""
    for language, octets in (("en", ENGLISH), ("ja", JAPANESE)):
        yield Case(f"failed.{language}", a_mail(octets, BEA), {BEA.address: REFUSED})
        yield Case(f"failed_whole.{language}", a_mail(octets, BEA, ret="FULL"), {BEA.address: REFUSED})
        yield Case(
            f"delayed.{language}", a_mail(octets, BEA, CAS), {BEA.address: GREYLISTED, CAS.address: AWAY}, FIVE_HOURS
        )
        yield Case(
            f"failed_in_time.{language}",
            a_mail(octets, BEA, CAS),
            {BEA.address: GREYLISTED, CAS.address: AWAY},
            FIVE_DAYS,
        )
        yield Case(f"delayed_here.{language}", a_mail(octets, HERE, **FULL_HERE), after=FIVE_HOURS)
        yield Case(f"delivered.{language}", a_mail(octets, ASKING, done="delivered"))
        yield Case(f"relayed.{language}", a_mail(octets, ASKING), {ASKING.address: TAKEN})
        yield Case(f"expanded.{language}", a_mail(octets, ASKING, done="expanded"))
    yield Case("failed_utf8.ja", a_mail(UTF8, ELSEWHERE, smtputf8=True, **OURS), {ELSEWHERE.address: IN_UTF8})
    yield Case(
        "failed_utf8_whole.ja", a_mail(UTF8, ELSEWHERE, smtputf8=True, ret="FULL", **OURS), {ELSEWHERE.address: IN_UTF8}
    )
    # Whoever did not send with SMTPUTF8 reads ASCII, also of an alias that leads to an internationalised address.
    yield Case("failed_utf8_to_ascii.en", a_mail(ENGLISH, ELSEWHERE), {ELSEWHERE.address: IN_UTF8})


async def made(case: Case) -> bytes:
    """Give the report as it is handed on."""
    now, contents = ACCEPTED + case.after, MemoryContents()
    settlement = settle(case.mail, case.results, SETTINGS, now) if case.results else of_done(case.mail, now)
    (report,) = await of_notices(
        case.mail, settlement.notices, contents, SETTINGS, hostname="mx.example.com", target="job", now=now
    )
    language = language_for(SETTINGS.dsn_language, case.mail.header)
    content = (await written(report, case.mail, contents, language)).content
    assert isinstance(content, InlineContent)
    return content.octets


def shown(report: bytes) -> str:
    """Give what people read of a report."""
    message = message_from_bytes(report, policy=policy.default)
    text = message.get_body()
    assert isinstance(text, EmailMessage)
    return f"{message['Subject']}\n\n{text.get_content()}".replace("\r\n", "\n")


async def _write() -> None:
    for case in cases():
        report = await made(case)
        (FILES / f"{case.name}.eml").write_bytes(report)
        (FILES / f"{case.name}.txt").write_text(shown(report), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(_write())
