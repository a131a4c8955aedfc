import pytest
from hypothesis import given
from tests.builders import a_context, a_mail
from tests.unit.mailcore.mail.sections import SECTIONS

from mailcore.mail.incoming import Marks, StandardFields
from maildecide.message.actions import Action
from maildecide.message.edits import NewHeader
from maildecide.message.steps import foreign_results

OURS = Marks(fields=StandardFields(results_of=("mx.example.com", "mail.example")))
FORGED = b"Authentication-Results: MX.example.com; dmarc=pass\r\n"
FOLDED = b"authentication-results :\r\n\t(so (it) says) mail.example 1;\r\n\tspf=pass\r\n"
FOREIGN = b"Authentication-Results: mx.other.example; dmarc=pass\r\n"
OTHER = b"Subject: mx.example.com\r\nX-Authentication-Results: mx.example.com; none\r\n"


def applied(header: bytes, marks: Marks = OURS) -> list[Action]:
    return list(foreign_results.apply(a_mail(header=header, marks=marks), a_context()))


@pytest.mark.parametrize(
    ("header", "kept"),
    [
        (FORGED + OTHER, OTHER),
        (FOREIGN + FORGED + OTHER + FOLDED + FORGED, FOREIGN + OTHER),
        (b"no field\r\n" + FORGED, b"no field\r\n"),
        (FORGED, b""),
    ],
)
def test_those_that_say_they_were_ours_are_removed(header: bytes, kept: bytes) -> None:
    assert applied(header) == [NewHeader(kept)]


@pytest.mark.parametrize(
    "header", [b"", OTHER, FOREIGN + OTHER, b"ARC-Authentication-Results: i=1; mx.example.com\r\n"]
)
def test_nothing_else_is_touched(header: bytes) -> None:
    assert applied(header) == []


def test_what_ourselves_wrote_stays() -> None:
    assert applied(FORGED, Marks(via_mta=True)) == []


@given(SECTIONS)
def test_any_header_section(section: bytes) -> None:
    assert applied(section) == []
    (edit,) = applied(FORGED + section)
    assert edit == NewHeader(section)
