"""Processor and Dovecot keep one quota: the same limits, the same count, in the file that both write."""

import imaplib
import io
import tarfile

import httpx
import pytest
from tests.compose.conftest import PASSWORD
from tests.compose.mailboxes import imap, read_by_imap
from tests.compose.project import Project
from tests.compose.test_reading_mail import _send
from tests.e2e.service import wait_until

pytestmark = pytest.mark.compose


def _size_file(project: Project, name: str) -> str:
    archive = project.files("processor", f"/data/mail/example.com/{name}/maildirsize")
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        file = tar.extractfile("maildirsize")
        assert file is not None
        return file.read().decode()


def _wait_for(project: Project, address: str, messages: int) -> None:
    port = project.ports["IMAPS"]
    wait_until(lambda: len(read_by_imap(port, address, PASSWORD)) == messages, 30, what=f"{messages} messages")


def test_both_count_alike_and_neither_starts_anew(project: Project, api: httpx.Client) -> None:
    address, port = "limited@example.com", project.ports["IMAPS"]
    fields = {"address": address, "password": PASSWORD, "quota_bytes": 100_000, "quota_messages": 4}
    assert api.post("/accounts", json=fields).status_code == 201
    for number in (1, 2, 3):
        _send(project, address, f"Subject: {number}\r\n\r\nbody\r\n")
        _wait_for(project, address, number)
    first, counted, *changes = _size_file(project, "limited").splitlines()
    size = int(changes[0].split()[0])
    assert (first, counted, changes) == ("100000S,4C", "0 0", [f"{size} 1"] * 3)
    with imap(port, address, PASSWORD) as session:
        _, (_, quotas) = session.getquotaroot("INBOX")
        assert b"MESSAGE 3 4" in b"".join(quotas)
        session.store("1", "+FLAGS", "\\Deleted")
        session.expunge()
    assert _size_file(project, "limited").splitlines()[-1] == f"-{size} -1"
    _send(project, address, "Subject: 4\r\n\r\nbody\r\n")
    _wait_for(project, address, 3)
    assert _size_file(project, "limited").splitlines()[0] == first


@pytest.mark.parametrize(("given", "is_let_in"), [("Exact@case.test", True), ("exact@case.test", False)])
def test_where_case_counts_it_counts_for_readers_too(
    project: Project, api: httpx.Client, given: str, *, is_let_in: bool
) -> None:
    if api.get("/domains/case.test").status_code == 404:
        assert api.post("/domains", json={"name": "case.test", "case_sensitive": True}).status_code == 201
        assert api.post("/accounts", json={"address": "Exact@case.test", "password": PASSWORD}).status_code == 201
    if is_let_in:
        assert read_by_imap(project.ports["IMAPS"], given, PASSWORD) == []
        return
    with (
        pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"),
        imap(project.ports["IMAPS"], given, PASSWORD),
    ):
        pass
