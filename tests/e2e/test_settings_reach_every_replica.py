"""A change over REST holds in every replica within a second."""

import smtplib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from tests.e2e.forms import Form
from tests.e2e.promptness import assert_prompt
from tests.e2e.service import wait_until

pytestmark = pytest.mark.e2e

SESSIONS = 32
"""So many that each process of an ingress has some, short of odds of one in two billion."""


@contextmanager
def sessions(form: Form) -> Iterator[list[smtplib.SMTP]]:
    with ExitStack() as stack:
        opened = [stack.enter_context(form.smtp()) for _ in range(SESSIONS)]
        for session in opened:
            session.ehlo()
        yield opened


def second_recipient(session: smtplib.SMTP) -> int:
    session.mail("bob@example.org")
    session.rcpt("alice@example.com")
    code, _ = session.rcpt("carol@example.com")
    session.rset()
    return code


def sockets_of(pid: int) -> int:
    return sum(link.readlink().name.startswith("socket:") for link in Path(f"/proc/{pid}/fd").iterdir())


def test_a_setting_changes_in_every_process_within_a_second(form: Form) -> None:
    form.make_accounts("alice@example.com", "carol@example.com")
    with sessions(form) as opened:

        def allow(count: int) -> Callable[[], None]:
            def patch() -> None:
                assert form.api.patch("/settings/smtp", json={"max_recipients": count}).status_code == 200

            return patch

        def all_told(code: int) -> Callable[[], bool]:
            return lambda: {second_recipient(session) for session in opened} == {code}

        wait_until(all_told(250), 5, what="both recipients known")
        assert_prompt(allow(1), all_told(452), undo=allow(2), undone=all_told(250))


@pytest.mark.real
def test_the_sessions_really_are_in_two_processes(separate_form: Form) -> None:
    processes = separate_form.services["ingress"].children
    assert len(processes) == 2
    before = [sockets_of(pid) for pid in processes]
    with sessions(separate_form):
        shares = [sockets_of(pid) - count for pid, count in zip(processes, before, strict=True)]
    assert all(share > 0 for share in shares)
    assert sum(shares) >= SESSIONS


def test_an_account_made_after_it_was_refused_is_known_within_a_second(form: Form) -> None:
    form.make("/domains", name="example.com")
    with sessions(form) as opened:

        def all_told(code: int) -> Callable[[], bool]:
            return lambda: {session.rcpt("late@example.com")[0] for session in opened} == {code}

        for session in opened:
            session.mail("bob@example.org")
        wait_until(all_told(550), 5, what="refused as unknown")
        assert_prompt(
            lambda: form.make("/accounts", address="late@example.com"),
            all_told(250),
            undo=lambda: form.api.delete("/accounts/late@example.com"),
            undone=all_told(550),
        )
