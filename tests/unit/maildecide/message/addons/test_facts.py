import msgspec
import pytest
from tests.builders import CLIENT, MESSAGE, MESSAGE_ID, an_incoming

from mailcore.mail.envelope import Envelope, Recipient
from mailcore.mail.incoming import Marks
from maildecide.message.addons.facts import facts


def test_all_that_is_known_is_told_and_nothing_is_left_out() -> None:
    told = facts(an_incoming("ada@example.com", "bea@example.com"), ["ada@example.com", "bea@example.com"], "scan", 2)
    assert told == {
        "MAIL_ADDON": "scan",
        "MAIL_ATTEMPT": "2",
        "MAIL_MESSAGE_ID": str(MESSAGE_ID),
        "MAIL_ACCEPTED_AT": "1767225600.500",
        "MAIL_SIZE": str(len(MESSAGE)),
        "MAIL_SENDER": "bob@example.net",
        "MAIL_RECIPIENT": "ada@example.com",
        "MAIL_RECIPIENTS": "ada@example.com\nbea@example.com",
        "MAIL_RECIPIENT_COUNT": "2",
        "MAIL_CLIENT_IP": "192.0.2.1",
        "MAIL_CLIENT_NAME": "",
        "MAIL_CLIENT_HELO": "client.example.net",
        "MAIL_CLIENT_PROTOCOL": "ESMTP",
        "MAIL_LISTENER": "smtp",
        "MAIL_ACCOUNT": "",
        "MAIL_SERVER": "",
        "MAIL_BANNED": "",
        "MAIL_INCOMPLETE": "",
        "MAIL_RELAY_PERMITTED": "",
        "MAIL_EXTERNAL_SENDER": "",
    }


@pytest.mark.parametrize(
    ("marks", "name", "value"),
    [
        (Marks(banned="tag_subject"), "BANNED", "tag_subject"),
        (Marks(incomplete=True), "INCOMPLETE", "yes"),
        (Marks(relay_permitted=True), "RELAY_PERMITTED", "yes"),
        (Marks(external_sender=True), "EXTERNAL_SENDER", "yes"),
    ],
)
def test_what_the_session_found(marks: Marks, name: str, value: str) -> None:
    assert facts(an_incoming(marks=marks), ["ada@example.com"], "scan", 1)[f"MAIL_{name}"] == value


@pytest.mark.parametrize(
    ("helo", "told"),
    [("飛脚.example", "飛脚.example"), ("a\0b", "ab"), ("a\udcffb", "a?b"), ("x" * 70_000, "x" * 65_536)],
)
def test_whatever_a_client_says_an_environment_can_hold(helo: str, told: str) -> None:
    found = facts(an_incoming(client=msgspec.structs.replace(CLIENT, helo=helo)), ["ada@example.com"], "scan", 1)
    assert found["MAIL_CLIENT_HELO"] == told


def test_of_many_recipients_the_first_are_named_and_all_counted() -> None:
    many = [f"r{number}@example.com" for number in range(1001)]
    mail = an_incoming(envelope=Envelope("", tuple(map(Recipient, many))))
    told = facts(mail, many, "scan", 1)
    assert told["MAIL_RECIPIENTS"].split("\n") == many[:1000]
    assert (told["MAIL_RECIPIENT_COUNT"], told["MAIL_SENDER"]) == ("1001", "")
