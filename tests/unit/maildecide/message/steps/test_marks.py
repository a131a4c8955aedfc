from typing import Any

import pytest
from tests.builders import a_context, a_mail

from mailcore.mail.incoming import Marks
from maildecide.message.mail import Mail
from maildecide.message.steps import marks

HEADER = b"From: bob@example.net\r\nX-PmsFilter: 5\r\nx-dnsexists: OK\r\nSubject: hello\r\n"


def marked(**given: Any) -> bytes:
    mail: Mail = a_mail(header=HEADER, marks=Marks(**given))
    for edit in marks.apply(mail, a_context()):
        mail = edit.apply(mail)  # type: ignore[union-attr]  # this step asks for edits alone
    return mail.header


def test_nothing_is_marked_without_reason() -> None:
    assert marked() == HEADER
    assert marked(relay_permitted=True, external_sender=True, incomplete=True) == HEADER


@pytest.mark.parametrize("banned", ["server_trash", "user_trash"])
def test_what_goes_to_the_trash_is_not_marked(banned: str) -> None:
    assert marked(banned=banned) == HEADER


def test_a_banned_client() -> None:
    assert marked(banned="add_header") == HEADER + b"X-PMSFILTER: -5\r\n"
    assert marked(banned="tag_subject") == HEADER.replace(b"hello", b"[MEIWAKU] hello")


def test_a_domain_that_does_not_exist() -> None:
    assert marked(sender_domain_missing=True) == HEADER + b"X-DNSEXISTS: FAIL\r\n"


def test_forged_marks_go_before_ours_come() -> None:
    assert marked(strip_marks=("X-PMSFILTER",)) == HEADER.replace(b"X-PmsFilter: 5\r\n", b"")
    assert marked(strip_marks=("X-PMSFILTER", "X-DNSEXISTS"), banned="add_header", sender_domain_missing=True) == (
        b"From: bob@example.net\r\nSubject: hello\r\nX-DNSEXISTS: FAIL\r\nX-PMSFILTER: -5\r\n"
    )


def test_what_came_back_has_them_already() -> None:
    assert marked(sender_domain_missing=True, strip_marks=("X-PMSFILTER",), via_mta=True) == HEADER
