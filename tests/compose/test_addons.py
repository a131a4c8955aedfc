"""Addons in containers: a program of the host runs beside the processor, as little trusted as everything there."""

import httpx
import pytest
from tests.compose.conftest import PASSWORD, MakeAccount
from tests.compose.mailboxes import read_by_imap
from tests.compose.project import Project
from tests.compose.test_reading_mail import _send
from tests.e2e.service import wait_until

pytestmark = pytest.mark.compose

PROGRAM = """#!/bin/sh
echo "X-User: $(id -u)"
echo "X-Secrets: $(env | grep -c -e DATABASE -e AMQP -e KEY_FILE)"
echo "X-Writes: $(touch /addons/mine 2>/dev/null && echo here)$(touch "$TMPDIR/mine" && echo in its own)"
echo "X-Sender: $MAIL_SENDER"
exit 11
"""


def test_a_program_runs_within_its_container(project: Project, api: httpx.Client, make_account: MakeAccount) -> None:
    assert project.addons is not None
    program = project.addons / "facts.sh"
    program.write_text(PROGRAM)
    program.chmod(0o755)
    address, port = make_account("looked.at"), project.ports["IMAPS"]
    refused = api.post("/addons", json={"name": "a shell", "command": ["../bin/sh"], "scope": address})
    assert (refused.status_code, refused.json()["errors"][0]["loc"][-2:]) == (422, ["command", 0])
    made = api.post("/addons", json={"name": "facts", "command": ["facts.sh"], "scope": address})
    assert made.status_code == 201, made.text

    def looked_at() -> list[bytes]:
        # Until it holds everywhere messages arrive as they are.
        _send(project, address, "Subject: look\r\n\r\nbody\r\n")
        messages = read_by_imap(port, address, PASSWORD)
        return [one for one in messages if b"\r\nX-User:" in one]

    wait_until(lambda: bool(looked_at()), 60, what="a message that the program has seen")
    first = looked_at()[0]
    told = [b"X-User: 1000", b"X-Secrets: 0", b"X-Writes: in its own", b"X-Sender: friend@sender.example.net"]
    assert [line for line in first.split(b"\r\n") if line.startswith(b"X-")] == told
    assert first.endswith(b"\r\n\r\nbody\r\n")
    assert api.delete(f"/addons/{made.json()['id']}").status_code == 204
    assert [path.name for path in project.addons.iterdir()] == ["facts.sh"]
