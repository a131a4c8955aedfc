"""Fields in ASCII are read back by the standard library."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from mailcore.mail.ascii_field import AddressNotAscii, ascii_field, is_lawful


def read(raw: bytes) -> EmailMessage:
    field = ascii_field(raw)
    assert is_lawful(field)
    assert field.endswith(b"\r\n")
    return message_from_bytes(field + b"\r\n", policy=policy.default)


@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: hello\r\n",
        b"Subject:\r\n",
        b"DKIM-Signature: v=1;\r\n\tb=abc\r\n def\r\n",
        b"no field at all\r\n",
    ],
)
def test_what_is_ascii_stays_as_it_is(raw: bytes) -> None:
    assert ascii_field(raw) == raw


def test_text_becomes_encoded_words() -> None:
    assert read("Subject: Re: 飛脚 is here\r\n".encode())["Subject"] == "Re: 飛脚 is here"
    assert read("Subject: 飛脚\r\n 便\r\n".encode())["Subject"] == "飛脚 便"


def test_octets_of_no_known_charset_stay_those_octets() -> None:
    assert ascii_field(b"Subject: \x8e\x83\r\n") == b"Subject: =?unknown-8bit?B?joM=?=\r\n"


def test_names_of_people_stay_beside_their_addresses() -> None:
    message = read('To: "Müller, Jürgen" <jm@example.org>, 飛脚 <hi@example.org>, plain@example.org\r\n'.encode())
    found = [(one.display_name, one.addr_spec) for one in message["To"].addresses]
    assert found == [
        ("Müller, Jürgen", "jm@example.org"),
        ("飛脚", "hi@example.org"),
        ("", "plain@example.org"),
    ]


@pytest.mark.parametrize("raw", ["From: jürgen@example.org\r\n", "To: J <jürgen@example.org>\r\n"])
def test_an_address_that_is_not_ascii_cannot_be_written(raw: str) -> None:
    with pytest.raises(AddressNotAscii):
        ascii_field(raw.encode())


@pytest.mark.parametrize("name", ["飛脚.txt", "飛脚" * 40 + ".txt", 'a "quoted" é.txt'])
def test_parameters_are_what_rfc_2231_makes_of_them(name: str) -> None:
    written = name.replace('"', '\\"')
    message = read(f'Content-Disposition: attachment; filename="{written}"; size=5\r\n'.encode())
    assert message.get_filename() == name
    assert message.get_param("size", header="content-disposition") == "5"


def test_the_type_beside_a_parameter_stays() -> None:
    message = read('Content-Type: text/plain; charset="utf-8"; name=é.txt\r\n'.encode())
    assert (message.get_content_type(), message.get_content_charset()) == ("text/plain", "utf-8")
    assert message.get_filename() == "é.txt"


def test_long_lines_are_folded() -> None:
    raw = b"References: " + b" ".join(b"<%d@example.org>" % number for number in range(200)) + b"\r\n"
    assert len(ascii_field(raw).split(b"\r\n")) > 10
    assert ascii_field(raw).replace(b"\r\n", b"") == raw.replace(b"\r\n", b"")


def test_a_line_that_is_no_field_loses_what_is_not_ascii() -> None:
    assert ascii_field(b"\xe9 line\r\n") == b"? line\r\n"
    assert ascii_field("Größe: 5\r\n".encode()) == b"Gr????e: 5\r\n"
