import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcore.mail.headers import Field, count_fields, first_value, header_size, split_fields


@pytest.mark.parametrize(
    ("section", "fields"),
    [
        (b"", ()),
        (b"A: 1\r\n", (Field(b"a", b"A: 1\r\n"),)),
        (b"A: 1\r\n folded\r\nB:2\r\n", (Field(b"a", b"A: 1\r\n folded\r\n"), Field(b"b", b"B:2\r\n"))),
        (b"A : 1\r\n", (Field(b"a", b"A : 1\r\n"),)),
        (b"no colon\r\nA: 1\r\n", (Field(b"", b"no colon\r\n"), Field(b"a", b"A: 1\r\n"))),
        (b" lead\r\nA: 1\r\n", (Field(b"", b" lead\r\n"), Field(b"a", b"A: 1\r\n"))),
        (b"A: \xff\0\r\n", (Field(b"a", b"A: \xff\0\r\n"),)),
        (b"A: 1", (Field(b"a", b"A: 1"),)),
    ],
)
def test_fields_are_split_where_they_begin(section: bytes, fields: tuple[Field, ...]) -> None:
    assert split_fields(section) == fields


@given(
    st.lists(st.sampled_from([b"A: 1", b" x", b"\t", b"B", b":", b"\r\n", b"\n", b"\r", b"\0", b"\xff"])).map(b"".join)
)
def test_the_fields_joined_are_the_section(section: bytes) -> None:
    assert b"".join(field.raw for field in split_fields(section)) == section


@pytest.mark.parametrize(
    ("octets", "size"),
    [
        (b"", 0),
        (b"\r\nbody", 0),
        (b"A: 1\r\n\r\nbody", 6),
        (b"A: 1\r\nB: 2\r\n", 12),
        (b"A: 1\r\n\r\n\r\nbody", 6),
        (b"A: 1", 4),
    ],
)
def test_the_section_ends_before_the_first_empty_line(octets: bytes, size: int) -> None:
    assert header_size(octets) == size


def test_fields_are_counted_whatever_their_case() -> None:
    assert count_fields(b"Received: a\r\nRECEIVED: b\r\n c\r\nX-Received: d\r\n", b"received") == 2


@pytest.mark.parametrize(
    ("section", "value"),
    [
        (b"Message-ID: <a@b>\r\n", b"<a@b>"),
        (b"X: y\r\nmessage-id :\r\n\t<a@b>\r\n  c\r\nY: z\r\n", b"<a@b> c"),
        (b"Message-ID: <a>\r\nMessage-ID: <b>\r\n", b"<a>"),
        (b"Message-ID:\r\nX: y\r\n", b""),
        (b"Message-ID:", b""),
        (b"X-Message-ID: a\r\nX: y\r\n Message-ID: a\r\n", None),
        (b"", None),
    ],
)
def test_the_first_field_of_a_name_gives_its_value(section: bytes, value: bytes | None) -> None:
    assert first_value(section, b"message-id") == value
