"""An access rule holds in every process of every replica within a second, and so does its end."""

import smtplib
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from tests.e2e.forms import Form
from tests.e2e.promptness import assert_prompt

pytestmark = pytest.mark.e2e

SESSIONS = 32
"""So many that each process of an ingress has some."""


@contextmanager
def sessions(form: Form) -> Iterator[list[smtplib.SMTP]]:
    with ExitStack() as stack:
        opened = [stack.enter_context(form.smtp()) for _ in range(SESSIONS)]
        for session in opened:
            session.ehlo()
        yield opened


def relayed(session: smtplib.SMTP) -> int:
    session.mail("bob@example.org")
    code, _ = session.rcpt("eve@example.net")
    session.rset()
    return code


def greeted(form: Form) -> int:
    with smtplib.SMTP() as session:
        code, _ = session.connect("127.0.0.1", form.ports["smtp"])
        return code


def maker(form: Form, **rule: str) -> Callable[[], object]:
    return lambda: form.make("/access-rules", **rule)


def remover(form: Form) -> Callable[[], None]:
    def remove() -> None:
        for rule in form.api.get("/access-rules").json()["items"]:
            assert form.api.delete(f"/access-rules/{rule['id']}").status_code == 204

    return remove


def test_a_relay_rule_opens_every_process_and_closes_it_again(form: Form) -> None:
    assert form.api.patch("/settings/smtp", json={"relay_ips_bypass_auth": True}).status_code == 200
    with sessions(form) as opened:

        def all_told(code: int) -> Callable[[], bool]:
            return lambda: {relayed(session) for session in opened} == {code}

        make, remove = maker(form, kind="relay", match="127.0.0.0/8", comment="ours"), remover(form)
        assert all_told(530)()
        assert_prompt(make, all_told(250), undo=remove, undone=all_told(530))
        assert_prompt(remove, all_told(530), undo=make, undone=all_told(250))


def test_a_ban_holds_in_every_process(form: Form) -> None:
    def all_greeted(code: int) -> Callable[[], bool]:
        return lambda: {greeted(form) for _ in range(SESSIONS)} == {code}

    make, remove = maker(form, kind="ban", match="127.0.0.1"), remover(form)
    assert_prompt(make, all_greeted(554), undo=remove, undone=all_greeted(220))
    assert_prompt(remove, all_greeted(220), undo=make, undone=all_greeted(554))


def test_mail_of_a_banned_client_lies_in_the_trash_until_it_is_released(form: Form) -> None:
    form.make_accounts("alice@example.com")
    answer = form.api.patch("/settings/smtp", json={"banned_connection_action": "server_trash"})
    assert answer.status_code == 200
    rule = form.make("/access-rules", kind="ban", match="127.0.0.1")
    # Its clients are greeted, whether it holds or not.
    time.sleep(2)
    form.send("bob@example.org", ["alice@example.com"], b"Subject: hello\r\n\r\nbody\r\n")
    trash = form.data_dir / "mail/.server-trash/new"
    deadline = time.monotonic() + 20
    while not (items := form.api.get("/trash").json()["items"]):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert len(list(trash.iterdir())) == 1
    assert not form.messages("alice@example.com")
    assert form.api.post(f"/trash/{items[0]['id']}/release").status_code == 204
    form.wait_for_messages("alice@example.com")
    while list(trash.iterdir()):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert form.api.delete(f"/access-rules/{rule['id']}").status_code == 204
