from maildecide.lists.notices.excerpt import MOST_LINES, excerpt

HEADER = b"Content-Type: text/plain; charset=utf-8\r\n"


def test_the_first_lines_are_quoted() -> None:
    assert excerpt(HEADER, "\r\n青鷺\r\n\r\napprove all\r\n".encode()) == "> 青鷺\n>\n> approve all"


def test_text_in_iso_2022_jp_is_read() -> None:
    header = b"Content-Type: text/plain; charset=iso-2022-jp\r\n"
    assert excerpt(header, b"\r\n" + "青鷺です".encode("iso-2022-jp") + b"\r\n") == "> 青鷺です"


def test_of_html_there_is_the_text() -> None:
    html = b"\r\n<style>p {}</style><p>A heron</p><p>and a <b>stork</b></p>\r\n"
    assert excerpt(b"Content-Type: text/html\r\n", html).split("\n>\n") == ["> A heron", "> and a stork"]


def test_it_is_short_whatever_the_post_is() -> None:
    many = excerpt(HEADER, b"\r\n" + b"a\r\n" * 1000).splitlines()
    assert len(many) == MOST_LINES + 1
    assert many[-1] == "> [...]"
    wide = excerpt(HEADER, b"\r\n" + (b"a" * 900 + b"\r\n") * 1000)
    assert len(wide) < 2000
    assert wide.endswith("\n> [...]")


def test_there_may_be_none() -> None:
    assert excerpt(b"Content-Type: image/png\r\n", b"\r\n\x89PNG\r\n") == ""
    assert excerpt(HEADER, b"\r\n") == ""
