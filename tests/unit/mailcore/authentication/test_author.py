import pytest

from mailcore.authentication.author import author_domains
from mailcore.mail.headers import split_fields


@pytest.mark.parametrize(
    ("field", "domains"),
    [
        ("bob@example.org", ("example.org",)),
        ("Bob <bob@Example.ORG>", ("example.org",)),
        ('"Bob, the <bob@evil.example>" <bob@example.org>', ("example.org",)),
        ("(a (nested <x@evil.example>) comment) bob@example.org (and another)", ("example.org",)),
        ('"a b"@example.org', ("example.org",)),
        ("a@example.org, B <b@example.net>, c@EXAMPLE.org", ("example.org", "example.net")),
        ("Team: a@example.org, b@example.net;", ("example.org", "example.net")),
        ("bob@bücher.example", ("xn--bcher-kva.example",)),
        ("Bob\r\n\t<bob@\r\n example.org>", ("example.org",)),
        ("bob@evil.example <bob@example.org>", ("example.org",)),
        ("<a@example.org> <b@example.net>", ("example.org", "example.net")),
        ('"never ends <bob@example.org>', ("example.org",)),
        ("<bob@example.org>\\,eve@example.net", ("example.org", "example.net")),
    ],
)
def test_domains(field: str, domains: tuple[str, ...]) -> None:
    assert author_domains(split_fields(f"To: x@y.example\r\nFrom: {field}\r\n".encode())) == domains


@pytest.mark.parametrize(
    ("section", "why"),
    [
        ("To: a@b.example\r\n", "there is no From"),
        ("From: a@b.example\r\nFROM : c@d.example\r\n", "more than one"),
        ("From:\r\n", "names nobody"),
        ("From: undisclosed:;\r\n", "names nobody"),
        ("From: bob\r\n", "without a domain"),
        ("From: <@route.example,@other.example:bob@example.org>\r\n", "domain"),
        ("From: bob@[192.0.2.1]\r\n", "without a domain"),
        ("From: bob@localhost\r\n", "no domain of anybody"),
        ("From: bob@a..example\r\n", "domain"),
        ("From: " + ", ".join(f"a@{n}.example" for n in range(11)) + "\r\n", "too many"),
    ],
)
def test_what_readers_differ_in(section: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        author_domains(split_fields(section.encode()))


def test_a_field_without_end_takes_no_time() -> None:
    section = b"From: " + b'"(' * 500_000 + b"\r\n"
    with pytest.raises(ValueError, match="names nobody"):
        author_domains(split_fields(section))
