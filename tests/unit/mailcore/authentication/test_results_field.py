import re

import pytest
from authres import AuthenticationResultsHeader
from hypothesis import given
from hypothesis import strategies as st

from mailcore.authentication.own_results import authserv_id
from mailcore.authentication.results import ArcVerdict, Authentication, DkimVerdict, DmarcVerdict, SpfVerdict
from mailcore.authentication.results_field import results_field

FOUND = Authentication(
    SpfVerdict("fail", "example.org", reason='-all of "example".org'),
    (
        DkimVerdict("pass", "example.org", "s1", "rsa-sha256", "ab/+cd="),
        DkimVerdict("fail", "x.example", "s2", "ed25519-sha256", "zz", "the body was changed"),
    ),
    DmarcVerdict("fail", "example.org", "reject", "reject", "nothing vouches for it"),
    ArcVerdict("pass", "example.net", 2),
)
TEXT = st.text(max_size=40)


def test_the_field() -> None:
    assert results_field("mx.example.com", FOUND, "bob@example.org").decode().split("\r\n") == [
        "Authentication-Results: mx.example.com;",
        '\tspf=fail reason="-all of \\"example\\".org" smtp.mailfrom=bob@example.org;',
        "\tdkim=pass header.d=example.org header.s=s1 header.a=rsa-sha256",
        '\theader.b="ab/+cd=";',
        '\tdkim=fail reason="the body was changed" header.d=x.example header.s=s2',
        '\theader.a=ed25519-sha256 header.b="zz";',
        '\tdmarc=fail reason="nothing vouches for it" policy.dmarc=reject',
        "\theader.from=example.org;",
        "\tarc=pass header.d=example.net",
        "",
    ]


def test_nothing_was_found() -> None:
    field = results_field("mx.example.com", Authentication(SpfVerdict("none", "client", by_helo=True)), "")
    assert field.decode().split(";\r\n\t") == [
        "Authentication-Results: mx.example.com",
        "spf=none smtp.helo=client",
        "dkim=none",
        "dmarc=none\r\n",
    ]


def test_another_reader_understands_it() -> None:
    text = results_field("mx.example.com", FOUND, '"a b"@example.org').decode()
    read = AuthenticationResultsHeader.parse(text.replace("\r\n", " "))
    assert read.authserv_id == "mx.example.com"
    assert [(one.method, one.result) for one in read.results] == [
        ("spf", "fail"),
        ("dkim", "pass"),
        ("dkim", "fail"),
        ("dmarc", "fail"),
        ("arc", "pass"),
    ]
    properties = {(one.type, one.name): one.value for one in read.results[1].properties}
    assert properties == {
        ("header", "d"): "example.org",
        ("header", "s"): "s1",
        ("header", "a"): "rsa-sha256",
        ("header", "b"): "ab/+cd=",
    }


def test_a_sender_in_utf_8_stands_as_it_is() -> None:
    assert "smtp.mailfrom=ボブ@example.org" in results_field("mx.example.com", FOUND, "ボブ@example.org").decode()


@given(TEXT, TEXT, TEXT, TEXT, TEXT)
def test_nothing_that_a_stranger_says_leaves_its_place(
    domain: str, reason: str, selector: str, author: str, sealer: str
) -> None:
    found = Authentication(
        SpfVerdict("fail", domain, by_helo=True, reason=reason),
        (DkimVerdict("neutral", domain, selector, reason=reason),),
        DmarcVerdict("permerror", author, reason=reason),
        ArcVerdict("fail", sealer, reason=reason),
    )
    field = results_field("mx.example.com", found, "")
    assert field.isascii()
    assert field.endswith(b"\r\n")
    assert all(line.startswith(b"\t") for line in field.split(b"\r\n")[1:-1])
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|(?<!\r)\n", field)
    assert authserv_id(field) == "mx.example.com"
    bare = re.sub(rb'"(?:[^"\\]|\\.)*"', b"", field)
    assert [part.split()[0].partition(b"=")[0] for part in bare.split(b";")[1:]] == [b"spf", b"dkim", b"dmarc", b"arc"]


@pytest.mark.parametrize("server", ["mx.example.com", "localhost"])
def test_the_server_is_known_again(server: str) -> None:
    assert authserv_id(results_field(server, FOUND, "bob@example.org")) == server
