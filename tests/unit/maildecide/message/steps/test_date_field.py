import pytest
from hypothesis import given
from tests.unit.mailcore.mail.sections import SECTIONS, others
from tests.unit.maildecide.message.steps.standard import header_after

from maildecide.message.steps import date_field

OURS = b"Date: Thu, 01 Jan 2026 00:00:00 +0000\r\n"


@pytest.mark.parametrize(
    ("date", "header", "after"),
    [
        ("never", b"A: b\r\n", b"A: b\r\n"),
        ("if_missing", b"A: b\r\n", b"A: b\r\n" + OURS),
        ("if_missing", b"DATE: x\r\n", b"DATE: x\r\n"),
        ("always", b"A: b\r\n", b"A: b\r\n" + OURS),
        ("always", b"date: x\r\n y\r\nA: b\r\nDate: z\r\n", OURS + b"A: b\r\n"),
        ("always", b"Resent-Date: x\r\n", b"Resent-Date: x\r\n" + OURS),
    ],
)
def test_the_time_of_reception(date: str, header: bytes, after: bytes) -> None:
    assert header_after(date_field.apply, header, date=date) == after


@given(SECTIONS)
def test_every_other_field_stays_as_it_is(section: bytes) -> None:
    assert others(header_after(date_field.apply, section, date="always"), b"date") == others(section, b"date")
