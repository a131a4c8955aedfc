"""What is a command where posts and commands have one address."""

from base64 import b64encode

import pytest

from maildecide.lists.commands.first_line import is_command

PLAIN = b"From: ada@example.com\r\nSubject: hello\r\n"
JIS = PLAIN + b"Content-Type: text/plain; charset=ISO-2022-JP\r\n"
BASE64 = PLAIN + b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n"
PARTS = PLAIN + b'Content-Type: multipart/alternative; boundary="b"\r\n'


@pytest.mark.parametrize(
    "text",
    [
        "# help",
        "#help",
        "# subscribe Ada Lovelace",
        "\r\n\r\n  # UNSUBSCRIBE",
        "# get 3-5\r\nThank you!",
        "# bye",
        "# 退会",
        "# subscribe",
        "unsubscribe",
        "Unsubscribe.",
        "退会",
        "unsubscribe\r\n\r\nAda\r\n",
        "unsubscribe\r\n-- \r\nAda\r\nEngines\r\nLondon\r\n",
        "\u3000\uff03\u3000退会",
        "\uff55\uff4e\uff53\uff55\uff42\uff53\uff43\uff52\uff49\uff42\uff45",
        "unsubscribe\r\n\r\nOn Mon, Jan 5, 2026 Ken <ken@example.org> wrote:\r\n> a\r\n> b\r\n> c\r\n",
        "退会\r\n\r\n-----Original Message-----\r\nFrom: Ken\r\nherons\r\nare\r\nhere\r\n",
        "> herons\r\n\r\nunsubscribe",
    ],
)
def test_this_is_a_command(text: str) -> None:
    octets = text.encode()
    assert is_command(PLAIN, b"\r\n" + octets)
    assert is_command(BASE64, b"\r\n" + b64encode(octets))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\r\n\r\n",
        "Hello all,\r\n# help",
        "# A heading\r\nand text",
        "#1 is the best",
        "#",
        "subscribe",
        "help",
        "unsubscribe is what I wrote last time\r\n",
        "unsubscribe\r\nis a word\r\nthat many ask\r\nabout",
        "> # help\r\n",
        "> You asked:\r\n# help",
        "-- \r\nunsubscribe\r\n",
    ],
)
def test_this_is_a_post(text: str) -> None:
    assert not is_command(PLAIN, b"\r\n" + text.encode())


def test_the_empty_line_above_the_body_may_be_missing() -> None:
    assert is_command(PLAIN, b"# help\r\n")


def test_text_in_iso_2022_jp_is_read() -> None:
    assert is_command(JIS, b"\r\n" + "# 退会\r\n".encode("iso2022_jp"))
    assert not is_command(JIS, b"\r\n" + "退会の手続きについて\r\n".encode("iso2022_jp"))


def test_the_first_plain_text_of_several_parts_counts() -> None:
    parts = (
        b"\r\n--b\r\nContent-Type: text/html\r\n\r\n# help\r\n--b\r\nContent-Type: text/plain\r\n\r\n%b\r\n--b--\r\n"
    )
    assert is_command(PARTS, parts % b"# unsubscribe")
    assert not is_command(PARTS, parts % b"Dear all")


@pytest.mark.parametrize(
    "header",
    [
        PLAIN + b"Content-Type: application/octet-stream\r\n",
        PLAIN + b"Content-Type: multipart/mixed\r\n",
    ],
)
def test_what_holds_no_plain_text_is_a_post(header: bytes) -> None:
    assert not is_command(header, b"\r\n<p># help</p>\r\n")


def test_text_that_is_cut_off_or_broken_does_no_harm() -> None:
    assert not is_command(BASE64, b"\r\n####")
    assert not is_command(PLAIN + b"Content-Type: text/plain; charset=nothing\r\n", b"\r\n\xff\xfe\r\n")
    assert not is_command(PARTS, b"\r\n--b\r\nContent-Type: text/pl")


@pytest.mark.parametrize(
    "text", ["# help", "unsubscribe", "<br>unsubscribe</div><div>On 5 Jan Ken wrote:<blockquote>a<p>b<p>c"]
)
def test_who_can_write_html_alone_is_read_too(text: str) -> None:
    octets = f"<html><head><title>x</title></head><body><!-- <p>a --><div>{text}</div></body></html>".encode()
    assert is_command(PLAIN + b"Content-Type: text/html\r\n", b"\r\n" + octets)
    assert not is_command(PLAIN + b"Content-Type: text/html\r\n", b"\r\n<h1>help</h1><p>is on its way</p>\r\n")


@pytest.mark.parametrize(
    ("subject", "text", "is_wish"),
    [
        ("unsubscribe", "", True),
        ("Unsubscribe!", "-- \r\nAda", True),
        ("=?iso-2022-jp?b?GyRCQmAycRsoQg==?=", "", True),
        ("Leave", "", False),
        ("unsubscribe", "is what this word means", False),
    ],
)
def test_the_wish_may_stand_in_the_subject_alone(subject: str, text: str, is_wish: bool) -> None:
    assert is_command(f"From: ada@example.com\r\nSubject: {subject}\r\n".encode(), f"\r\n{text}".encode()) is is_wish
