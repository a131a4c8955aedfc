import pytest
from hypothesis import given
from tests.unit.mailcore.mail.sections import SECTIONS, others

from mailcore.mail.header_edits import fields_called, has_field, renamed, with_field, with_first, with_only, without
from mailcore.mail.headers import split_fields

SECTION = b"A: 1\r\nBcc: x\r\n y\r\nb : 2\r\nBCC: z\r\n"


@pytest.mark.parametrize(
    ("section", "result"),
    [
        (b"", b"X: y\r\n"),
        (b"A: b\r\n", b"A: b\r\nX: y\r\n"),
        (b"A: b", b"A: b\r\nX: y\r\n"),
        (b"A: b\r\nno field\r\nC: d\r\n", b"A: b\r\nX: y\r\nno field\r\nC: d\r\n"),
        (b"From bob Mon\r\nA: b\r\n", b"X: y\r\nFrom bob Mon\r\nA: b\r\n"),
        (b" fold\r\nA: b\r\n", b" fold\r\nA: b\r\nX: y\r\n"),
    ],
)
def test_a_field_is_added_where_every_reader_sees_it(section: bytes, result: bytes) -> None:
    assert with_field(section, b"X: y\r\n") == result


def test_fields_are_found_whatever_their_case_and_folds() -> None:
    assert fields_called(SECTION, b"bcc") == (b"Bcc: x\r\n y\r\n", b"BCC: z\r\n")
    assert has_field(SECTION, b"b")
    assert not has_field(SECTION, b"x")


def test_the_first_of_several_is_replaced() -> None:
    assert with_first(SECTION, b"bcc", b"Bcc: n\r\n") == b"A: 1\r\nBcc: n\r\nb : 2\r\nBCC: z\r\n"


def test_only_one_is_left() -> None:
    assert with_only(SECTION, b"bcc", b"Bcc: n\r\n") == b"A: 1\r\nBcc: n\r\nb : 2\r\n"
    assert with_only(SECTION, b"x", b"X: y\r\n") == SECTION + b"X: y\r\n"


def test_all_of_a_name_are_removed() -> None:
    assert without(SECTION, {b"bcc"}) == b"A: 1\r\nb : 2\r\n"


def test_a_new_name_leaves_the_value_alone() -> None:
    assert renamed(SECTION, b"bcc", b"X-Was") == b"A: 1\r\nX-Was: x\r\n y\r\nb : 2\r\nX-Was: z\r\n"
    assert renamed(SECTION, b"b", b"C") == b"A: 1\r\nBcc: x\r\n y\r\nC : 2\r\nBCC: z\r\n"


@given(SECTIONS)
def test_no_edit_touches_a_field_of_another_name(section: bytes) -> None:
    untouched = others(section, b"subject")
    assert others(with_only(section, b"subject", b"Subject: n\r\n"), b"subject") == untouched
    assert others(with_first(section, b"subject", b"Subject: n\r\n"), b"subject") == untouched
    assert others(with_field(section, b"Subject: n\r\n"), b"subject") == untouched
    assert list(map(bytes, [field.raw for field in split_fields(without(section, {b"subject"}))])) == untouched
    assert others(renamed(section, b"subject", b"Topic"), b"topic") == untouched
