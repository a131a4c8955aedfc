"""Row 22 between containers: what one account sends on to another goes through the SMTP port of ingress."""

from collections.abc import Iterator

import httpx
import pytest
from tests.compose.conftest import PASSWORD, MakeAccount
from tests.compose.mailboxes import read_by_imap
from tests.compose.project import Project
from tests.compose.test_reading_mail import _send
from tests.e2e.service import wait_until

pytestmark = pytest.mark.compose

SETTING = "local_forward_via_mta"


@pytest.fixture
def via_mta(api: httpx.Client) -> Iterator[None]:
    """Have it so, and as it was afterwards."""
    api.patch("/settings/smtp", json={SETTING: True}).raise_for_status()
    yield
    api.patch("/settings/smtp", json={SETTING: None}).raise_for_status()


@pytest.mark.usefixtures("via_mta")
def test_all_that_holds_for_the_target_holds(project: Project, api: httpx.Client, make_account: MakeAccount) -> None:
    source, target, port = make_account("sending.on"), make_account("sent.to"), project.ports["IMAPS"]
    forward = {"to": [target], "keep_copy": False}
    assert api.post(f"/accounts/{source}/forwards", json=forward).status_code == 201
    rule = {"name": target, "scope": target, "actions": [{"kind": "put_into_folder", "folder": "Sent on"}]}
    made = api.post("/header-rules", json=rule)
    assert made.status_code == 201, made.text

    def arrived() -> list[bytes]:
        # Until all of it holds everywhere the copy is stored directly, in the inbox.
        _send(project, source, "Subject: onward\r\n\r\nbody\r\n")
        return read_by_imap(port, target, PASSWORD, '"Sent on"')

    wait_until(lambda: bool(arrived()), 60, what="the message in its folder")
    assert api.delete(f"/header-rules/{made.json()['id']}").status_code == 204
    first = arrived()[0]
    assert first.endswith(b"\r\nSubject: onward\r\n\r\nbody\r\n")
    assert first.startswith(f"Return-Path: <friend@sender.example.net>\r\nDelivered-To: {target}\r\n".encode())
    assert f"\r\nDelivered-To: {source}\r\n".encode() in first
    assert first.count(b"\r\n\tby mail.example.com") == 2
    assert read_by_imap(port, source, PASSWORD) == []
