import pytest
from tests.builders import a_mail

from mailcore.mail.headers import split_fields
from maildecide.message.forwarding.trail import has_been_at, hops, sent_on


@pytest.mark.parametrize(
    ("header", "address", "has"),
    [
        (b"Delivered-To: ada@example.com\r\n", "ada@example.com", True),
        (b"delivered-to: ADA@Example.COM\r\n", "ada@example.com", True),
        (b"Delivered-To:\r\n ada@example.com\r\n", "ada@example.com", True),
        ("Delivered-To: 飛脚@example.com\r\n".encode(), "飛脚@example.com", True),
        (b"Delivered-To: bea@example.com\r\nDelivered-To: ada@example.com\r\n", "ada@example.com", True),
        (b"Delivered-To: adam@example.com\r\n", "ada@example.com", False),
        (b"Delivered-To: \xff\r\nTo: ada@example.com\r\n", "ada@example.com", False),
    ],
)
def test_where_a_message_has_been(header: bytes, address: str, has: bool) -> None:
    assert has_been_at(a_mail(header=header), address) == has


def test_what_is_sent_on_says_where_it_was_and_is_the_same_below() -> None:
    mail = a_mail(folder=".Work")
    sent = sent_on(sent_on(mail, "ada@example.com"), "bea@example.com")
    assert has_been_at(sent, "ada@example.com")
    assert has_been_at(sent, "bea@example.com")
    assert (sent.header, sent.content, sent.folder) == (mail.header, mail.content, "")
    assert sent.trace_fields.endswith(mail.trace_fields)
    assert [field.name for field in split_fields(sent.trace_fields)] == [b"delivered-to", b"delivered-to", b"received"]


def test_every_server_counts() -> None:
    assert hops(a_mail(header=b"Received: x\r\nSubject: y\r\nreceived: z\r\n")) == 3
