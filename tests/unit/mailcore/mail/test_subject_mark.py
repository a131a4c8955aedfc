import pytest

from mailcore.mail.subject_mark import with_marked_subject

MARK = b"[MEIWAKU]"


@pytest.mark.parametrize(
    ("section", "marked"),
    [
        (b"Subject: hello\r\n", b"Subject: [MEIWAKU] hello\r\n"),
        (b"subject:hello\r\n", b"subject: [MEIWAKU] hello\r\n"),
        (b"SUBJECT :\t hello\r\n", b"SUBJECT : [MEIWAKU] hello\r\n"),
        (b"Subject: \r\n", b"Subject: [MEIWAKU]\r\n"),
        (b"Subject:\r\n", b"Subject: [MEIWAKU]\r\n"),
        (b"Subject:\r\n folded\r\n", b"Subject: [MEIWAKU]\r\n folded\r\n"),
        (b"Subject: [MEIWAKU] hello\r\n", b"Subject: [MEIWAKU] hello\r\n"),
        (b"Subject: re: [MEIWAKU] hello\r\n", b"Subject: [MEIWAKU] re: [MEIWAKU] hello\r\n"),
        (b"Subject: \xff\xfe\r\n", b"Subject: [MEIWAKU] \xff\xfe\r\n"),
        (b"Subject: =?utf-8?q?a?=\r\n =?utf-8?q?b?=\r\n", b"Subject: [MEIWAKU] =?utf-8?q?a?=\r\n =?utf-8?q?b?=\r\n"),
        (b"From: a\r\nSubject: b\r\nTo: c\r\n", b"From: a\r\nSubject: [MEIWAKU] b\r\nTo: c\r\n"),
        (b"From: a\r\n", b"From: a\r\nSubject: [MEIWAKU]\r\n"),
        (b"", b"Subject: [MEIWAKU]\r\n"),
        (b"Subject: a\r\nSubject: b\r\n", b"Subject: [MEIWAKU] a\r\nSubject: [MEIWAKU] b\r\n"),
        (b"X-Subject: a\r\nSubject: b\r\n", b"X-Subject: a\r\nSubject: [MEIWAKU] b\r\n"),
        (b"Subject: hello", b"Subject: [MEIWAKU] hello"),
    ],
)
def test_marked_subject(section: bytes, marked: bytes) -> None:
    assert with_marked_subject(section, MARK) == marked
    assert with_marked_subject(marked, MARK).count(MARK) == marked.count(MARK)


@pytest.mark.parametrize(("length", "is_folded"), [(979, False), (980, True)])
def test_a_line_grows_to_998_octets_and_is_folded_beyond(length: int, *, is_folded: bool) -> None:
    marked = with_marked_subject(b"Subject: " + b"x" * length + b"\r\n", MARK)
    assert max(map(len, marked.split(b"\r\n"))) <= 998
    assert (b"[MEIWAKU]\r\n " in marked) == is_folded
    assert marked.replace(b"\r\n ", b" ") == b"Subject: [MEIWAKU] " + b"x" * length + b"\r\n"
