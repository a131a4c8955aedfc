import pytest

from mailcore.mail.media_type import media_type_of


@pytest.mark.parametrize(
    ("raw", "media_type", "boundary"),
    [
        (b" Text/HTML; charset=utf-8\r\n", "text/html", b""),
        (b' multipart/mixed;\r\n boundary="a b"\r\n', "multipart/mixed", b"a b"),
        (b" multipart/mixed; boundary=b\xe9\r\n", "multipart/mixed", b"b\xe9"),
        (b" multipart/mixed\r\n", "multipart/mixed", b""),
        (b" a/b\x00c\x1b[1m\xe9\r\n", "a/b?c??1m?", b""),
        (b" application/" + b"x" * 500 + b"\r\n", "application/" + "x" * 115, b""),
        (b" nonsense\r\n", "text/plain", b""),
        (b"\r\n", "text/plain", b""),
    ],
)
def test_what_a_field_gives(raw: bytes, media_type: str, boundary: bytes) -> None:
    assert media_type_of(raw) == (media_type, boundary)
