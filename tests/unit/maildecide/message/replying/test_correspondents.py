import pytest
from tests.builders import a_mail, an_envelope

from maildecide.message.replying.correspondents import MOST_NAMED, named_in, sender_of


@pytest.mark.parametrize(
    ("header", "named"),
    [
        (b"To: ada@example.com\r\n", ("ada@example.com",)),
        (b"To: Ada <Ada@Example.COM>,\r\n bea@example.com\r\nCc: x\r\n", ("Ada@example.com", "bea@example.com")),
        (b'cc: "Smith, Bob" <bob@example.net>; <ada@example.com>\r\n', ("bob@example.net", "ada@example.com")),
        (b"Resent-To: ada@example.com (Ada)\r\nTo: ada@example.com\r\n", ("ada@example.com",)),
        ("Bcc: 飛脚 <飛脚@例え.example>\r\n".encode(), ("飛脚@xn--r8jz45g.example",)),
        (b"To: undisclosed-recipients:;\r\nSubject: ada@example.com\r\n", ()),
        (b"To: \xff@\xff, @, a@b@c@, ada@example.com\r\n", ("ada@example.com",)),
        (b"", ()),
    ],
)
def test_who_is_named(header: bytes, named: tuple[str, ...]) -> None:
    assert named_in(a_mail(header=header)) == named


def test_a_crowd_is_cut() -> None:
    header = b"To: " + b",\r\n ".join(b"%d@example.com" % number for number in range(MOST_NAMED + 5)) + b"\r\n"
    assert len(named_in(a_mail(header=header))) == MOST_NAMED


@pytest.mark.parametrize(
    ("sender", "form"), [("Bob@Example.NET", "Bob@example.net"), ("", None), ("nonsense", None), ("x@-", None)]
)
def test_who_sent_it(sender: str, form: str | None) -> None:
    assert sender_of(a_mail(envelope=an_envelope(sender=sender))) == form
