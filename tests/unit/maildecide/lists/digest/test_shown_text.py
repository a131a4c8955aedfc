"""What a plain digest shows of posts of many kinds, and whether that is all."""

from zlib import crc32

import pytest

from maildecide.lists.digest.shown_text import shown_text

PLAIN, HTML, PICTURE = ("text/plain", "A heron."), ("text/html", "<p>A <b>heron</b>"), ("image/png", "...")


def entity(kind: str, *parts: str | tuple[str, ...], more: str = "") -> str:
    """Give a message or a part; `parts` are what is in it: texts with their types, or parts."""
    inside = [part if isinstance(part, str) else leaf(*part) for part in parts]
    boundary = f"b{crc32(''.join(inside).encode())}"
    body = "".join(f"--{boundary}\r\n{one}\r\n" for one in inside)
    return f'Content-Type: {kind}; boundary="{boundary}"\r\n{more}\r\n{body}--{boundary}--\r\n'


def leaf(kind: str, text: str, more: str = "") -> str:
    return f"Content-Type: {kind}\r\n{more}\r\n{text}"


MIXED, ALTERNATIVE = "multipart/mixed", "multipart/alternative"


@pytest.mark.parametrize(
    ("message", "text", "is_all"),
    [
        ("Subject: x\r\n\r\nA heron.\r\n", "A heron.", True),
        (leaf(*PLAIN), "A heron.", True),
        (leaf(*HTML), "A heron", True),
        (leaf(*PICTURE), "", False),
        (leaf("text/plain", "x", "Content-Disposition: attachment\r\n"), "", False),
        (entity(ALTERNATIVE, PLAIN, HTML), "A heron.", True),
        (entity(ALTERNATIVE, HTML, PLAIN), "A heron.", True),
        (entity(ALTERNATIVE, ("text/plain", " "), HTML), "A heron", True),
        (entity(ALTERNATIVE, PLAIN, entity("multipart/related", HTML, PICTURE)), "A heron.", True),
        (entity("multipart/related", HTML, PICTURE), "A heron", False),
        (entity(MIXED, PLAIN, PICTURE), "A heron.", False),
        (entity(MIXED, PLAIN, leaf("text/plain", "x", "Content-Disposition: attachment\r\n")), "A heron.", False),
        # The list's own texts stand beside a post that is no plain text.
        (
            entity(MIXED, ("text/plain", "above"), entity(ALTERNATIVE, PLAIN, HTML), ("text/plain", "below")),
            "above\n\nA heron.\n\nbelow",
            True,
        ),
        (entity(MIXED, ("text/plain", "above"), HTML), "above\n\nA heron", True),
        (entity("multipart/signed", PLAIN, ("application/pgp-signature", "...")), "A heron.", True),
        (
            entity("multipart/encrypted", ("application/pgp-encrypted", "1"), ("application/octet-stream", "x")),
            "",
            False,
        ),
        (entity(MIXED, PLAIN, leaf("message/rfc822", leaf(*HTML))), "A heron.\n\nA heron", True),
        ("", "", True),
        (entity(MIXED), "", False),
    ],
)
def test_all_texts_are_shown_and_what_is_left_out_is_known(message: str, text: str, is_all: bool) -> None:
    shown = shown_text(message.encode())
    assert ("\n".join(line.strip() for line in shown.text.splitlines()).strip(), shown.is_all) == (text, is_all)


def test_parts_without_end_are_not_all_shown() -> None:
    assert not shown_text(entity(MIXED, *[PLAIN] * 60).encode()).is_all
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(30))
    assert not shown_text(deep + b"\r\nA heron.\r\n").is_all
    assert not shown_text(b"Content-Type: message/rfc822\r\n\r\n" * 5_000).is_all


@pytest.mark.parametrize("charset", ["charset=undefined", "charset=idna", 'charset="\0"', "charset*=utf-8''%00"])
def test_a_charset_that_is_none_keeps_no_text_from_being_shown(charset: str) -> None:
    shown = shown_text(f"Content-Type: text/plain; {charset}\r\n\r\n鷺 heron.\r\n".encode())
    assert "heron." in shown.text
