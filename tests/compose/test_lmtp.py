"""Mailboxes that Dovecot writes itself: the same containers with `deploy/lmtp.yml`."""

import smtplib
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.compose.conftest import HOST, PASSWORD, MakeAccount
from tests.compose.mailboxes import read_by_imap
from tests.compose.project import Project
from tests.e2e.service import wait_until

pytestmark = pytest.mark.compose

SENDER = "friend@sender.example.net"
TEXT = "Subject: handed over\r\n\r\n.dots and\r\n\r\nlines\r\n"


@pytest.fixture(scope="module")
def over_lmtp(project: Project) -> Iterator[Project]:
    """Give the project with mailboxes at Dovecot; it is as it was afterwards."""
    project.described_by = ("docker-compose.yml", "deploy/lmtp.yml")
    project.up()
    yield project
    project.described_by = ()
    project.up()


def _send(project: Project, *recipients: str) -> None:
    with smtplib.SMTP(HOST, project.ports["SMTP"], timeout=30) as session:
        session.sendmail(SENDER, recipients, TEXT)


def _read(project: Project, address: str, folder: str = "INBOX") -> list[bytes]:
    return read_by_imap(project.ports["IMAPS"], address, PASSWORD, folder)


@pytest.fixture
def plus_folders(api: httpx.Client) -> Iterator[None]:
    """Have the details of addresses name folders, and as it was afterwards."""
    api.patch("/settings/smtp", json={"plus_folders": True}).raise_for_status()
    yield
    api.patch("/settings/smtp", json={"plus_folders": None}).raise_for_status()


@pytest.mark.usefixtures("plus_folders")
def test_each_recipient_has_it_in_his_folder(over_lmtp: Project, make_account: MakeAccount) -> None:
    one, other = make_account("handed"), make_account("over")

    def arrived() -> list[bytes]:
        # Until the setting holds everywhere it arrives in the inbox.
        _send(over_lmtp, one, other.replace("@", "+Ads@"))
        return _read(over_lmtp, other, "Ads")

    wait_until(lambda: bool(arrived()), 60, what="the message in the folder")
    for message in (_read(over_lmtp, one)[0], _read(over_lmtp, other, "Ads")[0]):
        assert message.endswith(TEXT.encode())
        assert message.startswith(f"Return-Path: <{SENDER}>\r\n".encode())
        assert b" with LMTP" in message.partition(b"Received: from client")[0]


def test_a_full_mailbox_is_dovecots_to_say(over_lmtp: Project, api: httpx.Client) -> None:
    address = "full@example.com"
    fields = {"address": address, "password": PASSWORD, "quota_messages": 1}
    assert api.post("/accounts", json=fields).status_code == 201
    _send(over_lmtp, address)
    wait_until(lambda: len(_read(over_lmtp, address)) == 1, 30, what="the message in INBOX")
    _send(over_lmtp, address)

    def refused() -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = api.get("/messages", params={"recipient": address}).json()["items"]
        return [one for one in items if one["outcome"] == "failed"]

    wait_until(lambda: bool(refused()), 30, what="the refusal in the trace")
    story = api.get(f"/messages/{refused()[0]['id']}").json()
    assert any("5.2.2" in event.get("detail", {}).get("reason", "") for event in story["events"])
    assert len(_read(over_lmtp, address)) == 1
