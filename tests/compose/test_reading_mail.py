"""Mail goes in by SMTP and is read by IMAP and POP3, under TLS, with the password that was set over REST."""

import imaplib
import poplib
import smtplib

import httpx
import pytest
from tests.compose.conftest import HOST, PASSWORD, MakeAccount
from tests.compose.mailboxes import imap, pop3, read_by_imap, read_by_pop3, trusting
from tests.compose.project import Project
from tests.e2e.service import wait_until

pytestmark = pytest.mark.compose


def _send(project: Project, recipient: str, text: str) -> None:
    with smtplib.SMTP(HOST, project.ports["SMTP"], timeout=30) as session:
        session.starttls(context=trusting())
        session.sendmail("friend@sender.example.net", [recipient], text)


def test_what_was_sent_is_read_by_imap_and_pop3(project: Project, make_account: MakeAccount) -> None:
    address = make_account("reader")
    sent = "Subject: =?utf-8?q?gr=C3=BC=C3=9Fe?=\r\n\r\n.a line that begins with a dot\r\n\r\nlast\r\n"
    _send(project, address, sent)
    ports = project.ports
    wait_until(lambda: bool(read_by_imap(ports["IMAPS"], address, PASSWORD)), 30, what="the message in INBOX")
    for (message,) in (
        read_by_imap(ports["IMAPS"], address, PASSWORD),
        read_by_pop3(ports["POP3S"], address, PASSWORD),
    ):
        assert message.endswith(sent.encode("ascii"))
        assert message.startswith(b"Return-Path: <friend@sender.example.net>\r\n")


def test_a_mailbox_is_open_before_the_first_message(project: Project, make_account: MakeAccount) -> None:
    address = make_account("empty")
    assert read_by_imap(project.ports["IMAPS"], address, PASSWORD) == []
    assert read_by_pop3(project.ports["POP3S"], address, PASSWORD) == []
    _send(project, address, "Subject: first\r\n\r\nbody\r\n")
    wait_until(lambda: len(read_by_imap(project.ports["IMAPS"], address, PASSWORD)) == 1, 30, what="the first message")


@pytest.mark.parametrize("password", ["wrong", PASSWORD.upper(), PASSWORD + " ", "password", ""])
def test_a_wrong_password_is_refused(project: Project, api: httpx.Client, password: str) -> None:
    address = "guarded@example.com"
    assert api.post("/accounts", json={"address": address, "password": PASSWORD}).status_code in {201, 409}
    with (
        pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"),
        imap(project.ports["IMAPS"], address, password),
    ):
        pass
    with pytest.raises(poplib.error_proto, match="AUTH"), pop3(project.ports["POP3S"], address, password):
        pass


@pytest.mark.parametrize("address", ["nobody@example.com", "vmail", "root", "x' OR '1'='1"])
def test_who_has_no_account_is_refused(project: Project, address: str) -> None:
    with pytest.raises(poplib.error_proto, match="AUTH"), pop3(project.ports["POP3S"], address, PASSWORD):
        pass


def test_a_changed_password_and_a_disabled_account_hold_at_once(
    project: Project, api: httpx.Client, make_account: MakeAccount
) -> None:
    address = make_account("changing")
    port = project.ports["IMAPS"]
    assert read_by_imap(port, address, PASSWORD) == []
    api.patch(f"/accounts/{address}", json={"password": "another one entirely"}).raise_for_status()
    with pytest.raises(imaplib.IMAP4.error), imap(port, address, PASSWORD):
        pass
    assert read_by_imap(port, address, "another one entirely") == []
    api.patch(f"/accounts/{address}", json={"enabled": False}).raise_for_status()
    with pytest.raises(imaplib.IMAP4.error), imap(port, address, "another one entirely"):
        pass


def test_without_tls_no_password_is_taken(project: Project, make_account: MakeAccount) -> None:
    address = make_account("cautious")
    session = imaplib.IMAP4(HOST, project.ports["IMAP"], timeout=30)
    assert "LOGINDISABLED" in session.capabilities
    with pytest.raises(imaplib.IMAP4.error, match="PRIVACYREQUIRED"):
        session.login(address, PASSWORD)
    session.shutdown()
    session = imaplib.IMAP4(HOST, project.ports["IMAP"], timeout=30)
    session.starttls(ssl_context=trusting())
    session.login(address, PASSWORD)
    session.shutdown()


def test_a_mailbox_whose_name_needs_quoting_is_read(project: Project, make_account: MakeAccount) -> None:
    address = make_account("o'brien%n&co")
    _send(project, address, "Subject: quoted\r\n\r\nbody\r\n")
    wait_until(lambda: len(read_by_imap(project.ports["IMAPS"], address, PASSWORD)) == 1, 30, what="the message")
