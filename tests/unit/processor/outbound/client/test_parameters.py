"""The DSN parameters of MAIL and RCPT by what the next server knows (RFC 3461 5.2.1, 5.2.2, RFC 6533 3)."""

from collections.abc import AsyncIterator

import pytest

from processor.outbound.client.extensions import Extensions
from processor.outbound.client.outgoing import Addressee, Outgoing
from processor.outbound.client.parameters import hindrance, mail_line, rcpt_line


async def no_content() -> AsyncIterator[bytes]:
    yield b""


def offering(*names: str) -> Extensions:
    return Extensions(dict.fromkeys(names, ""))


@pytest.mark.parametrize(
    ("notify", "orcpt", "words"),
    [
        ((), None, ""),
        (("NEVER",), None, " NOTIFY=NEVER"),
        (("DELAY", "SUCCESS", "FAILURE"), None, " NOTIFY=SUCCESS,FAILURE,DELAY"),
        ((), "rfc822;bea+2B1@example.org", " ORCPT=rfc822;bea+2B1@example.org"),
        (("FAILURE",), "rfc822;bea@example.org", " NOTIFY=FAILURE ORCPT=rfc822;bea@example.org"),
        ((), r"utf-8;\x{E9}@example.org", r" ORCPT=utf-8;\x{E9}@example.org"),
        # Without SMTPUTF8 in ASCII.
        ((), "utf-8;é\\x{2B}a@example.org", r" ORCPT=utf-8;\x{E9}\x{2B}a@example.org"),
    ],
)
def test_what_was_asked_for_is_passed_on_as_it_came(notify: tuple[str, ...], orcpt: str | None, words: str) -> None:
    recipient = Addressee("bea@example.org", frozenset(notify), orcpt)
    for offers in (offering("DSN"), offering("DSN", "SMTPUTF8")):
        assert rcpt_line(recipient, offers, utf8=False) == f"RCPT TO:<bea@example.org>{words}"
    assert rcpt_line(recipient, offering("SMTPUTF8", "SIZE"), utf8=False) == "RCPT TO:<bea@example.org>"


def test_with_smtputf8_orcpt_stays_in_utf8() -> None:
    recipient = Addressee("é@example.org", original="utf-8;é@example.org")
    line = rcpt_line(recipient, offering("DSN", "SMTPUTF8"), utf8=True)
    assert line == "RCPT TO:<é@example.org> ORCPT=utf-8;é@example.org"


@pytest.mark.parametrize(
    ("ret", "envid", "words"),
    [
        (None, None, ""),
        ("FULL", None, " RET=FULL"),
        ("HDRS", "QQ+2B1", " RET=HDRS ENVID=QQ+2B1"),
        (None, "QQ1", " ENVID=QQ1"),
    ],
)
def test_of_the_message_too(ret: str | None, envid: str | None, words: str) -> None:
    mail = Outgoing("ada@example.com", 100, no_content, ret=ret, envid=envid)
    assert mail_line(mail, offering("DSN"), utf8=False) == f"MAIL FROM:<ada@example.com>{words}"
    assert mail_line(mail, offering(), utf8=False) == "MAIL FROM:<ada@example.com>"


@pytest.mark.parametrize(
    ("sender", "has_utf8_header", "offers", "status"),
    [
        ("ada@example.com", False, (), None),
        ("é@example.com", False, (), "5.6.7"),
        ("ada@例.test", False, (), None),
        ("ada@example.com", True, (), "5.6.7"),
        ("é@example.com", True, ("SMTPUTF8",), None),
    ],
)
def test_what_a_server_without_smtputf8_cannot_take(
    sender: str, has_utf8_header: bool, offers: tuple[str, ...], status: str | None
) -> None:
    found = hindrance(Outgoing(sender, 100, no_content, has_utf8_header=has_utf8_header), offering(*offers))
    assert (None if found is None else found.status) == status
