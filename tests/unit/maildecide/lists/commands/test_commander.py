"""Who gives commands, and who is never answered."""

import msgspec
import pytest
from tests.list_builders import a_post

from mailcore.authentication.results import Authentication
from mailcore.mail.incoming import Marks
from maildecide.lists.commands.commander import commander_of, message_id_of, objection

ADA = b"From: Ada <ada@example.net>\r\n"


@pytest.mark.parametrize(
    "header",
    [
        ADA + b"Auto-Submitted: auto-replied\r\n",
        ADA + b"Precedence: bulk\r\n",
        ADA + b"List-Id: <others.example.org>\r\n",
        ADA + b"Content-Type: multipart/report; boundary=b\r\n",
        b"From: MAILER-DAEMON@example.net\r\n",
        b"From: no-reply@example.net\r\n",
        b"From: ada@example.net, bea@example.net\r\n",
        b"From: nobody at all\r\n",
        b"Subject: help\r\n",
    ],
)
def test_programs_and_nobody_are_not_answered(header: bytes) -> None:
    assert objection(a_post(header + b"\r\nhelp\r\n")) is not None


@pytest.mark.parametrize(
    "marks",
    [
        Marks(incomplete=True),
        Marks(banned="add_header"),
        Marks(sender_domain_missing=True),
        Marks(quarantined=True),
    ],
)
def test_what_is_marked_is_not_answered(marks: Marks) -> None:
    assert objection(msgspec.structs.replace(a_post(), marks=marks)) == "the message is marked"


def test_the_author_is_who_gives_commands() -> None:
    mail = a_post(ADA + b"\r\nhelp\r\n", sender="relay@example.org")
    assert objection(mail) is None
    assert (commander_of(mail).address, commander_of(mail).is_verified) == ("ada@example.net", False)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Ada <ada@example.net>", ""),
        ("Ada Lovelace <ada@example.net>", "Ada Lovelace"),
        ("ada@example.net (Ada L.)", "Ada L."),
        ("=?iso-2022-jp?B?GyRCOzNFRBsoQg==?= <ada@example.net>", "山田"),
        ('"ada@example.net" <ada@example.net>', ""),
        ("ada@example.net", ""),
        ("=?utf-8?q?=ff?= <ada@example.net>", ""),
    ],
)
def test_the_author_is_called_as_from_says_where_that_is_more_than_the_address(written: str, name: str) -> None:
    assert commander_of(a_post(f"From: {written}\r\n\r\nhelp\r\n".encode())).name == name


def test_an_author_is_verified_by_a_domain_that_stands_by_it_or_a_login() -> None:
    mail = a_post(ADA + b"\r\nhelp\r\n")
    aligned = Marks(authentication=Authentication(is_aligned=True))
    assert commander_of(msgspec.structs.replace(mail, marks=aligned)).is_verified
    client = msgspec.structs.replace(mail.arrival.client, account="ada@example.net")
    logged_in = msgspec.structs.replace(mail, arrival=msgspec.structs.replace(mail.arrival, client=client))
    assert commander_of(logged_in).is_verified
    other = msgspec.structs.replace(client, account="eve@example.net")
    forged = msgspec.structs.replace(mail, arrival=msgspec.structs.replace(mail.arrival, client=other))
    assert not commander_of(forged).is_verified


def test_the_answered_message_is_named_where_it_has_a_name() -> None:
    assert message_id_of(a_post(ADA + b"Message-ID: <1@example.net>\r\n\r\n")) == "<1@example.net>"
    assert message_id_of(a_post(ADA + b"Message-ID: no\r\n\r\n")) == ""
    assert message_id_of(a_post(ADA + b"\r\n")) == ""
