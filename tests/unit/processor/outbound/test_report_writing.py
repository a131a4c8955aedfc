"""Reports as they are handed on, whole: octet for octet what lies in `reports/`, streamed where they are large."""

from base64 import b64decode

import msgspec
import pytest
from tests.fakes.contents import MemoryContents
from tests.unit.processor.outbound.golden_reports import (
    ACCEPTED,
    BEA,
    ENGLISH,
    FILES,
    REFUSED,
    SETTINGS,
    Case,
    a_mail,
    cases,
    made,
    shown,
)

from mailcore.errors import ContentAway
from mailcore.mail.content import StoredContent
from mailcore.mail.headers import header_size
from mailcore.settings import DeliverySettings
from processor.outbound.report_writing import Written, written
from processor.outbound.reports import of_notices
from processor.outbound.settlement import settle

CASES = tuple(cases())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_a_report_is_what_its_file_says(case: Case) -> None:
    report = await made(case)
    assert report == (FILES / f"{case.name}.eml").read_bytes()
    assert shown(report) == (FILES / f"{case.name}.txt").read_text(encoding="utf-8")


def test_every_file_is_of_a_report() -> None:
    assert {path.stem for path in FILES.iterdir()} == {case.name for case in CASES}


LARGE = ENGLISH + b"0123456789abcde\r\n" * 8000
"""More than a report is held for."""


async def report_of(
    octets: bytes, *, fails: bool = False, most: int = SETTINGS.dsn_return_bytes
) -> tuple[Written, bytes]:
    """Give the report about a stored message that failed and is to come back whole, and its octets."""
    contents, size = MemoryContents(), header_size(octets)
    contents.stored["original"] = octets
    content = StoredContent("original", len(octets))
    mail = msgspec.structs.replace(
        a_mail(ENGLISH, BEA, ret="FULL", smtputf8=True), header=octets[:size], content=content, body_start=size
    )
    (report,) = await of_notices(
        mail,
        settle(mail, {BEA.address: REFUSED}, SETTINGS, ACCEPTED).notices,
        contents,
        DeliverySettings(dsn_return_bytes=most),
        hostname="mx.example.com",
        target="job",
        now=ACCEPTED,
    )
    if fails:
        contents.failure = ContentAway()
    found = await written(report, mail, contents, "en")
    contents.failure = None
    if isinstance(found.content, StoredContent):
        return found, b"".join([piece async for piece in contents.read(found.content)])
    return found, found.content.octets


@pytest.mark.parametrize(
    ("octets", "fields"),
    [
        (LARGE, b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"),
        (LARGE + b"\xe9\r\n", b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"),
        (
            "Subject: 飛脚\r\n".encode() + LARGE,
            b"Content-Type: message/global\r\nContent-Transfer-Encoding: base64\r\n\r\n",
        ),
    ],
)
async def test_a_large_one_is_streamed(octets: bytes, fields: bytes) -> None:
    streamed, whole = await report_of(octets)
    assert streamed.content_key is not None
    inside = whole.partition(fields)[2].rpartition(b"\r\n--")[0]
    assert (b64decode(inside) if b"base64" in fields else inside) == octets
    assert whole.startswith(streamed.header)
    assert streamed.body == ("8BITMIME" if not whole.isascii() else "7BIT")
    assert whole.count(b"\n") == whole.count(b"\r\n")


async def test_one_larger_than_the_settings_say_brings_its_header_section() -> None:
    _, whole = await report_of(LARGE, most=len(LARGE))
    _, cut = await report_of(LARGE, most=len(LARGE) - 1)
    assert (b"message/rfc822" in whole, b"text/rfc822-headers" in whole) == (True, False)
    assert (b"message/rfc822" in cut, b"text/rfc822-headers" in cut) == (False, True)


async def test_a_store_that_is_away_costs_the_body_and_not_the_report() -> None:
    found, octets = await report_of(LARGE, fails=True)
    assert found.content_key is None
    assert b"text/rfc822-headers" in octets
    assert b"Action: failed" in octets
