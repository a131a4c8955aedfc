"""A 250 means durable, in containers too: what was accepted is in the mailbox once, whatever was killed meanwhile."""

import imaplib
import re
import time

import pytest
from tests.compose.conftest import PASSWORD, MakeAccount
from tests.compose.load import Load
from tests.compose.mailboxes import read_by_imap, read_by_pop3
from tests.compose.project import Project
from tests.e2e.service import wait_until

pytestmark = pytest.mark.compose

ANSWER_SECONDS = 15.0
"""Within which a client is told something when database or broker are away."""
SUBJECT = re.compile(rb"^Subject: (\S+)\r$", re.MULTILINE)


def _names(messages: list[bytes]) -> list[str]:
    return [found[1].decode("ascii") for message in messages if (found := SUBJECT.search(message))]


def _assert_nothing_lost(project: Project, load: Load) -> None:
    """Wait for all that was accepted; then nothing may be there twice, and nothing that nobody sent."""
    port = project.ports["IMAPS"]
    print(f"{len(load.accepted)} accepted, {len(load.unsure)} unsure, slowest {load.slowest:.1f} s")

    def all_there() -> bool:
        try:
            return load.accepted <= set(_names(read_by_imap(port, load.recipient, PASSWORD)))
        except imaplib.IMAP4.error:
            # After a restart of the database Dovecot tells the first readers to come back, as it finds its
            # connections gone.
            return False

    wait_until(all_there, 90, what="every accepted message in the mailbox")
    found = _names(read_by_imap(port, load.recipient, PASSWORD))
    assert sorted(found) == sorted(set(found))
    assert set(found) <= load.accepted | load.unsure
    assert sorted(_names(read_by_pop3(project.ports["POP3S"], load.recipient, PASSWORD))) == sorted(found)
    assert load.permanent == []
    assert load.slowest < ANSWER_SECONDS


def test_a_processor_is_killed_and_all_is_taken_down_and_up(project: Project, make_account: MakeAccount) -> None:
    load = Load(project.ports["SMTP"], make_account("scaled"))
    project.scale(3)
    assert len(project.containers("processor")) == 3
    killed = project.containers("processor")[0]
    load.send_while(lambda: _kill_for_a_while(project, killed), "killed")
    load.send("burst", 100)
    project.down()
    assert project.containers("processor") == []
    project.up()
    load.send("after", 20)
    assert len(load.accepted) >= 120
    assert load.unsure == set()
    _assert_nothing_lost(project, load)


def _kill_for_a_while(project: Project, container: str) -> None:
    time.sleep(1)
    project.kill(container)
    time.sleep(2)
    project.start(container)


@pytest.mark.parametrize("service", ["rabbitmq", "postgres"])
def test_broker_and_database_are_restarted(project: Project, make_account: MakeAccount, service: str) -> None:
    load = Load(project.ports["SMTP"], make_account(f"restarted-{service}"))
    load.send_while(lambda: _restart(project, service), service)
    load.send("after", 20)
    assert load.accepted
    _assert_nothing_lost(project, load)


def _restart(project: Project, service: str) -> None:
    time.sleep(1)
    container = project.containers(service)[0]
    project.kill(container)
    time.sleep(3)
    project.start(container)
    wait_until(lambda: project.inspect(service)["State"]["Health"]["Status"] == "healthy", 60, what=f"{service} back")
    time.sleep(3)


def test_ingress_and_processor_are_killed(project: Project, make_account: MakeAccount) -> None:
    load = Load(project.ports["SMTP"], make_account("crashed"))

    def crash() -> None:
        for service in ("ingress", "processor"):
            time.sleep(1)
            container = project.containers(service)[0]
            project.kill(container)
            project.start(container)
        time.sleep(3)

    load.send_while(crash, "crashed")
    wait_until(lambda: project.inspect("ingress")["State"]["Health"]["Status"] == "healthy", 60, what="ingress back")
    load.send("after", 20)
    _assert_nothing_lost(project, load)
