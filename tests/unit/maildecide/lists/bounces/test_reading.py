"""What came back is a failure, a delay, an answer, or nothing; and whose it was."""

from typing import Any

import pytest
from tests.list_builders import LIST, a_list, a_post

from maildecide.lists.bounces.reading import read_returned
from maildecide.lists.bounces.said import Said
from maildecide.lists.bounces.whom import fault_id, named_members
from maildecide.message.mail import Mail

DAEMON = b"From: MAILER-DAEMON@example.net\r\n"
ADA = b"From: Ada <ada@example.net>\r\n"
ANSWER = b"Auto-Submitted: auto-replied\r\n"


def returned(header: bytes, body: bytes, **envelope: Any) -> Mail:
    return a_post(header + b"\r\n" + body, **{"sender": "", **envelope})


def read(header: bytes, body: bytes = b"", known: Said | None = None, sender: str = "") -> Said:
    return read_returned(returned(header, body, sender=sender), b"\r\n" + body, lambda _header, _body: known)


@pytest.mark.parametrize(
    ("header", "body", "kind"),
    [
        (ADA + ANSWER, b"I am away until 550 BC.\r\n", "answer"),
        (ADA + b"X-Autoreply: yes\r\n", b"user unknown\r\n", "answer"),
        (ADA, b"I'm only sleeping.\r\n", "nothing"),
        (DAEMON + ANSWER, b"550 5.1.1 User unknown\r\n", "failed"),
        (ANSWER + b"X-Failed-Recipients: ada@example.net\r\n", b"550 no\r\n", "failed"),
        (DAEMON, b"host mx.example.net said: 450 4.2.2 mailbox full\r\n", "delayed"),
        (DAEMON + b"Subject: Delayed mail\r\n", b"550 5.1.1 gone\r\n", "delayed"),
        (DAEMON, b"Your message could not be delivered.\r\nWe will keep trying.\r\n", "delayed"),
        (DAEMON, b"Your message could not be delivered.\r\n", "failed"),
        (DAEMON, b"Your message could not be delivered.\r\n450 4.2.2 mailbox full\r\n", "transient"),
        (DAEMON, b"Your message could not be delivered.\r\n450 4.2.2 full\r\n550 5.1.1 gone\r\n", "failed"),
        (DAEMON, b"I've given up.\r\n<ada@example.net>: no mailbox by that name (#5.1.1)\r\n", "failed"),
        (DAEMON, b"Giving up.\r\n<ada@example.net>: no connection (#4.4.1)\r\n", "transient"),
        (DAEMON + b"Subject: failure notice\r\n", b"no\r\n", "failed"),
        (DAEMON, b"Hello.\r\n\r\n--- Original message\r\n550 5.1.1 quoted\r\n", "nothing"),
        (DAEMON, b"", "nothing"),
        (b"Content-Type: multipart/report; report-type=feedback-report\r\n", b"550 5.1.1\r\n", "nothing"),
        (b'Content-Type: multipart/report; report-type="disposition-notification"\r\n', b"550 5.1.1\r\n", "nothing"),
    ],
)
def test_what_it_says(header: bytes, body: bytes, kind: str) -> None:
    assert read(header, body).kind == kind


NESTED = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(4000))


@pytest.mark.parametrize("body", [NESTED, b"\xff\x00" * 9000, b"<" * 99_000, b"a: b\r\n" * 40_000, b"5" * 99_000])
def test_nothing_that_strangers_write_is_too_much(body: bytes) -> None:
    for header in (DAEMON, DAEMON + b"Content-Type: text/html\r\n", DAEMON + NESTED[:42]):
        assert read(header, body).kind == "nothing"


def test_what_the_library_knows_is_believed_but_not_of_what_a_responder_wrote() -> None:
    known = Said("failed", ("ada@example.net",), read_by="library")
    assert read(DAEMON + ANSWER, b"550 5.1.1 gone\r\n", known) == Said(
        "failed", known.failed, "550 5.1.1 gone", "library"
    )
    assert read(ADA + ANSWER, b"", known).kind == "answer"


def test_what_the_library_calls_permanent_is_not_for_good_with_a_reply_that_may_pass() -> None:
    known = Said("failed", ("ada@example.net",), read_by="library")
    assert read(DAEMON, b"Giving up. Remote host said: 421 4.7.0 deferred\r\n", known) == Said(
        "transient", (), "Giving up. Remote host said: 421 4.7.0 deferred", "library"
    )


REPORT = b"Content-Type: message/delivery-status\r\n\r\nFinal-Recipient: x; a@example.net\r\nAction: failed\r\n\r\n"


def test_an_answer_to_a_message_with_a_report_in_it_is_an_answer() -> None:
    quoted = b"I am away. You wrote:\r\n\r\n--b\r\n" + REPORT
    assert read(ADA + ANSWER, quoted).kind == "answer"
    assert read(ADA + ANSWER + b"Content-Type: multipart/report; boundary=b\r\n", b"--b\r\n" + REPORT).kind == "failed"
    assert read(DAEMON + ANSWER, b"--b\r\n" + REPORT).kind == "failed"


def test_a_letter_with_the_words_of_a_server_is_a_letter() -> None:
    assert read(ADA, b"They said 550 5.1.1 User unknown\r\n", sender="ada@example.net").kind == "nothing"


def test_only_what_no_signature_could_name_is_asked_by_address() -> None:
    said = Said("failed", ("Ken@Example.org", "ken@example.org", "nobody", LIST, "\udcff@x"))
    mail = returned(DAEMON, b"")
    unsigned = a_list(verp=False)
    assert named_members(said, mail, a_list()) == ()
    assert list(named_members(said, mail, unsigned)) == ["example.org ken"]
    assert named_members(said, returned(DAEMON, b"", sender="eve@example.net"), unsigned) == ()
    many = Said("failed", tuple(f"m{n}@example.org" for n in range(500)))
    assert len(named_members(many, mail, unsigned)) == 100


def test_a_copy_comes_back_once_and_another_report_is_known_by_its_message_id() -> None:
    one = returned(DAEMON + b"Message-ID: <1@example.net>\r\n", b"")
    two = returned(DAEMON + b"Message-ID: <2@example.net>\r\n", b"")
    assert fault_id(1, 2, 3, one) == fault_id(1, 2, 3, two)
    assert fault_id(1, 2, 0, one) != fault_id(1, 2, 0, two)
    assert len({fault_id(1, 2, 3, one), fault_id(1, 2, 4, one), fault_id(1, 3, 3, one), fault_id(2, 2, 3, one)}) == 4
    assert fault_id(1, 2, 0, returned(DAEMON, b"")) == fault_id(1, 2, 0, returned(DAEMON, b"x"))
