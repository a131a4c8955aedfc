"""One story: an operator sets up a house over REST, and mail for it goes as was said, in every form.

Aliases, details and the catch-all; the fields that are added; rules that refuse in the session or afterwards; a full
mailbox; an answer from who is away; a client that is banned into the trash, and what is released from there.
"""

import smtplib
import time
from email import message_from_string
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.forms import Form
from tests.e2e.service import wait_until

pytestmark = pytest.mark.e2e

ADA, BEA, CEC, FULL = (f"{name}@example.com" for name in ("ada", "bea", "cec", "full"))
ALL, NOBODY, BOB = "all@example.com", "nobody@example.com", "bob@example.net"
PLAIN = b"Subject: hello\r\nX-Odd:  kept  as it is\r\n\r\n.body\r\n"
ADS = b"Subject: =?UTF-8?B?5bqD5ZGK?=\r\n\r\nBuy.\r\n"
PATIENCE = 60
"""Seconds: far more than any step takes."""


def set_up(form: Form) -> None:
    form.make_accounts(ADA, BEA, CEC)
    form.make("/accounts", address=FULL, quota_messages=1)
    form.make("/aliases", address=ALL, to=[ADA, BEA])
    refuse = {"kind": "reject", "text": "no ads here"}
    when = [{"kind": "header", "name": "Subject", "op": "contains", "value": "広告"}]
    form.make("/header-rules", name="ads", scope=BEA, when=when, actions=[refuse])
    # Colleagues write from this machine without a login.
    form.make("/access-rules", kind="relay", match="127.0.0.0/8")
    change(
        form,
        relay_ips_bypass_auth=True,
        plus_folders=True,
        catch_all_address=CEC,
        add_sender_header=True,
        add_message_id=True,
        add_date="if_missing",
        add_from="if_missing",
        autoreply_from=BEA,
        autoreply_subject="%m 不在: %s",
        banned_connection_action="server_trash",
    )


def change(form: Form, **settings: Any) -> None:
    """Change settings, and wait until they hold everywhere, which nothing shows from outside."""
    answer = form.api.patch("/settings/smtp", json=settings)
    assert answer.status_code == 200, answer.text
    time.sleep(2)


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def refusal(form: Form, *recipients: str, octets: bytes = PLAIN, sender: str = BOB) -> str:
    """Give the reply that refuses a message; empty: it is taken."""
    try:
        form.send(sender, list(recipients), octets)
    except smtplib.SMTPRecipientsRefused as error:
        ((code, said),) = error.recipients.values()
        return f"{code} {said.decode()}"
    except smtplib.SMTPResponseException as error:
        text_of_reply = error.smtp_error
        return f"{error.smtp_code} {text_of_reply if isinstance(text_of_reply, str) else text_of_reply.decode()}"
    return ""


def who_gets_it_and_what_is_added(form: Form) -> None:
    number = form.send(BOB, ["ada+Ads@example.com", ALL, NOBODY], PLAIN).rpartition(" ")[2]
    for address, named, folder in ((ADA, "ada+Ads@example.com", ".Ads"), (BEA, ALL, "bea"), (CEC, NOBODY, "cec")):
        (path,) = form.wait_for_messages(address)
        assert path.parent.parent.name == folder
        stored = text(path)
        assert stored.startswith(f"Return-Path: <{BOB}>\nDelivered-To: {named}\n")
        head, _, body = stored.partition("\n\n")
        own = head[head.index("\nSubject: ") + 1 :].split("\n")
        assert own[:2] == ["Subject: hello", "X-Odd:  kept  as it is"]
        added = {line.partition(":")[0]: line.partition(": ")[2] for line in own[2:]}
        assert set(added) == {"Sender", "Message-ID", "Date", "From"}
        assert (added["Sender"], added["From"]) == (BOB, BOB)
        assert added["Message-ID"] == f"<{number}@mail.example.com>"
        assert body == ".body\n"


def rules_refuse(form: Form) -> None:
    """In the session where that is for all, by a report where it is for some."""
    assert refusal(form, BEA, octets=ADS).startswith("550 5.7.1 ")
    form.send(CEC, [BEA, ADA], ADS)
    form.wait_for_messages(ADA, 2)
    (report,) = (one for one in map(text, form.wait_for_messages(CEC, 2)) if "multipart/report" in one)
    assert f"\nFinal-Recipient: rfc822; {BEA}\n" in report
    assert "\nStatus: 5.7.1\n" in report
    assert "no ads here" in report
    assert len(form.messages(BEA)) == 1


def a_full_mailbox(form: Form) -> None:
    form.send(BOB, [FULL], PLAIN)
    form.wait_for_messages(FULL)
    wait_until(lambda: refusal(form, FULL).startswith("452 4.2.2 "), PATIENCE, what="sessions know that it is full")
    assert form.api.patch(f"/accounts/{FULL}", json={"quota_messages": 50}).status_code == 200
    wait_until(lambda: refusal(form, FULL) == "", PATIENCE, what="there is room again")


def an_answer(form: Form) -> None:
    assert form.api.put(f"/accounts/{ADA}/autoreply", json={"body": "留守です。\n"}).status_code == 200
    time.sleep(2)
    before = len(form.messages(CEC))
    letter = f"To: {ADA}\r\nMessage-ID: <question@example.com>\r\nSubject: question\r\n\r\n?\r\n".encode()
    for _ in range(2):
        form.send(CEC, [ADA], letter)
    form.wait_for_messages(ADA, 4)
    form.wait_for_messages(CEC, before + 1)
    (answer,) = (one for one in map(text, form.messages(CEC)) if "\nIn-Reply-To: <question@example.com>\n" in one)
    assert answer.startswith("Return-Path: <>\n")
    assert "\nAuto-Submitted: auto-replied\n" in answer
    assert str(message_from_string(answer, policy=default)["Subject"]) == f"{ADA} 不在: question"
    assert f"\nFrom: {BEA}\n" in answer.replace("<", "").replace(">", "")


def banned_and_released(form: Form) -> None:
    form.make("/access-rules", kind="ban", match="127.0.0.1")

    def trashed() -> list[dict[str, Any]]:
        form.send(BOB, [ADA, NOBODY], b"Subject: banned\r\n\r\nbody\r\n")
        found: list[dict[str, Any]] = form.api.get("/trash").json()["items"]
        return found

    wait_until(lambda: bool(trashed()), PATIENCE, what="mail in the server's trash")
    kept = form.api.get("/trash").json()["items"][-1]
    assert kept["recipients"] == [ADA, NOBODY]
    assert form.api.post(f"/trash/{kept['id']}/release").status_code == 204
    number = f"\nMessage-ID: <{kept['message_id']}@mail.example.com>\n"
    wait_until(lambda: any(number in text(one) for one in form.messages(ADA)), PATIENCE, what="what was released")
    assert kept["id"] not in {one["id"] for one in form.api.get("/trash").json()["items"]}


def test_mail_goes_as_was_said(form: Form) -> None:
    set_up(form)
    who_gets_it_and_what_is_added(form)
    rules_refuse(form)
    a_full_mailbox(form)
    an_answer(form)
    banned_and_released(form)
    assert form.api.get("/queue/dead-letters").json()["items"] == []
