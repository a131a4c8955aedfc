"""Row 22 in every form as it starts by default: a forward between accounts goes through the system's own SMTP port."""

import smtplib
import time

import pytest
from tests.e2e.forms import Form
from tests.e2e.service import wait_until

pytestmark = pytest.mark.e2e

ADA, BEA, CEC = "ada@example.com", "bea@example.com", "cec@example.com"
MESSAGE = b"From: bob@example.net\r\nTo: ada@example.com, bea@example.com\r\nSubject: hello\r\n\r\nHow are you?\r\n"


def test_all_that_holds_for_the_target_holds(form: Form) -> None:
    form.make_accounts(ADA, BEA, CEC)
    form.make(f"/accounts/{ADA}/forwards", to=[BEA], keep_copy=False)
    form.make(f"/accounts/{BEA}/forwards", to=[CEC], keep_copy=True)
    folder = {"kind": "put_into_folder", "folder": "Ada"}
    form.make("/header-rules", name="for bea", scope=BEA, actions=[folder])
    assert form.api.patch("/settings/smtp", json={"local_forward_via_mta": True}).status_code == 200
    # Nothing of what holds for clients of this address holds for the system itself.
    refusing = {"greet_pause_seconds": 1, "accept_null_sender": False}
    assert form.api.patch("/settings/smtp", json=refusing).status_code == 200
    time.sleep(1)
    reply = form.send("bob@example.net", [ADA], MESSAGE)
    (copy,) = form.wait_for_messages(BEA)
    (onward,) = form.wait_for_messages(CEC)
    assert copy.parent.parent.name == ".Ada"
    assert form.messages(ADA) == []
    text = onward.read_text()
    assert text.startswith(f"Return-Path: <bob@example.net>\nDelivered-To: {CEC}\n")
    assert [text.count(f"\nDelivered-To: {one}\n") for one in (ADA, BEA)] == [1, 1]
    number = reply.rpartition(" ")[2]

    def traced() -> set[str]:
        found = form.api.get("/messages", params={"sender": "bob@example.net"}).json()["items"]
        return {one["id"] for one in found}

    # The message, and each that came of it.
    wait_until(lambda: len(traced()) == 3, 10, what="three traces")
    assert number in traced()


def test_nobody_else_is_taken_for_the_system(form: Form) -> None:
    form.make_accounts(ADA)
    assert form.api.patch("/settings/smtp", json={"local_forward_via_mta": True}).status_code == 200
    with form.smtp() as session:
        session.ehlo()
        assert session.docmd("XPASS", f"{int(time.time())}.{'A' * 43}")[0] == 502
        assert session.docmd("XREENTRY", "AAAA.AAAA")[0] == 502
        with pytest.raises(smtplib.SMTPSenderRefused):
            session.sendmail(ADA, [ADA], MESSAGE)
