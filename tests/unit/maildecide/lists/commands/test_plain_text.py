"""The text of messages, whatever form it has."""

import pytest

from maildecide.lists.commands.plain_text import plain_text, readable_text

HTML = (
    "<html><head><title>off</title><style>p { color: red }</style></head><body>"
    "<p>subscribe&nbsp;<b>Ada</b></p><div>help<br>summary</div><blockquote>unsubscribe</blockquote></body></html>"
)


def test_html_alone_is_read_line_by_line_without_quotations() -> None:
    octets = b"Content-Type: text/html; charset=utf-8\r\n\r\n" + HTML.encode()
    assert plain_text(octets) == ""
    lines = [line.strip() for line in readable_text(octets).splitlines()]
    assert [line for line in lines if line] == ["subscribe\N{NO-BREAK SPACE}Ada", "help", "summary"]


def test_plain_text_comes_before_html_unless_it_holds_nothing() -> None:
    parts = "Content-Type: multipart/alternative; boundary=b\r\n\r\n"
    plain = "--b\r\nContent-Type: text/plain\r\n\r\n{}\r\n"
    html = "--b\r\nContent-Type: text/html\r\n\r\n<p>off\r\n--b--\r\n"
    assert readable_text((parts + plain.format("help") + html).encode()).strip() == "help"
    assert readable_text((parts + plain.format(" ") + html).encode()).strip() == "off"


@pytest.mark.parametrize("charset", ["iso-2022-jp", "shift_jis", "utf-8", "euc-jp"])
def test_japanese_is_read_in_its_charsets(charset: str) -> None:
    octets = f"Content-Type: text/plain; charset={charset}\r\n\r\n".encode() + "登録 山田\r\n".encode(charset)
    assert readable_text(octets).strip() == "登録 山田"


@pytest.mark.parametrize(
    "layer", [b"Content-Type: message/rfc822\r\n\r\n", b"Content-Type: multipart/x;boundary=a\r\n\r\n--a\r\n"]
)
def test_parts_within_parts_do_no_harm_however_deep(layer: bytes) -> None:
    assert readable_text(layer * 5_000) == ""


def test_what_html_says_to_nobody_is_not_read() -> None:
    html = "<html><!--[if mso]><p>off<![endif]--><body><!-- <p>off\n --><p>help</p><blockquote><p>off</p></blockquote>"
    assert readable_text(b"Content-Type: text/html\r\n\r\n" + html.encode()).strip() == "help"


@pytest.mark.parametrize("html", ["<", "<p", "</", "<!--", "<![CDATA[", "&#xffffffff;", "<a" * 2000, "<!" * 2000])
def test_broken_html_does_no_harm(html: str) -> None:
    assert readable_text(b"Content-Type: text/html\r\n\r\n" + html.encode()) is not None


@pytest.mark.parametrize("piece", [b"<a ", b"<!--", b"</", b"<?", b"&", b"<style>", b'<p a="', b"<p a"])
def test_html_that_is_meant_to_take_long_does_not(piece: bytes) -> None:
    """In time that grew with the square of it, this would take hours."""
    octets = b"Content-Type: text/html\r\n\r\n" + piece * 100_000 + b"<body>help"
    assert readable_text(octets) is not None
