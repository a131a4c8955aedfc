"""What a search in the archive of a list looks into."""

from tests import builders

from mailcore.mail.encoded_words import encoded_words
from maildecide.lists.archive import words_of

_JIS = b'Content-Type: text/plain; charset="iso-2022-jp"\r\n'


def words(fields: bytes, body: bytes) -> list[str]:
    mail = builders.a_mail(header=fields)
    return words_of(mail, "ken@example.org", b"\r\n" + body).split("\n")


def test_author_subject_and_text_are_in_it_whatever_they_are_encoded_in() -> None:
    name = b" ".join(encoded_words("健"))
    subject = b"\r\n ".join(encoded_words("アオサギのこと", "ISO-2022-JP"))
    fields = b"From: " + name + b" <ken@example.org>\r\nSubject: " + subject + b"\r\n" + _JIS
    found = words(fields, "今朝、青\r\n鷺を \uff2dita で".encode("iso-2022-jp"))
    assert found == ["健 ken@example.org", "アオサギのこと", "今朝、青鷺を mita で"]


def test_of_html_alone_its_text_is_in_it() -> None:
    fields = b"From: ken@example.org\r\nContent-Type: text/html; charset=utf-8\r\n"
    assert words(fields, b"<p>A <b>Heron</b></p>")[2] == "a heron"


def test_what_has_neither_subject_nor_text_has_its_author() -> None:
    assert words(b"From: ken@example.org\r\n", b"") == ["ken@example.org"]


def test_a_long_text_is_cut_after_subject_and_author() -> None:
    author, subject, text = words(b"From: ken@example.org\r\nSubject: long\r\n", b"heron " * 100_000)
    assert (author, subject) == ("ken@example.org", "long")
    assert 10_000 < len(text) <= 16_384
