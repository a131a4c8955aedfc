"""What an account and a network may do is counted over every process, not once in each."""

import smtplib
import ssl
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from tests.e2e.forms import HOST, Form

pytestmark = pytest.mark.e2e

ADA, PASSWORD = "ada@example.com", "correct horse battery staple"
SESSIONS = 12
"""So many that each of two processes has some, short of odds of one in two thousand."""


@contextmanager
def submissions(form: Form) -> Iterator[list[smtplib.SMTP]]:
    """Open sessions on the submission port, under TLS."""
    context = ssl._create_unverified_context()  # noqa: S323 - self-signed, on the loopback
    with ExitStack() as stack:
        opened = []
        for _ in range(SESSIONS):
            session = stack.enter_context(
                smtplib.SMTP(HOST, form.ports["submission"], local_hostname="client.example.net", timeout=30)
            )
            session.starttls(context=context)
            session.ehlo()
            opened.append(session)
        yield opened


def log_in(session: smtplib.SMTP, password: str) -> int:
    """Give the code of the reply. `smtplib.login` would try a second mechanism after the first."""
    return session.docmd("AUTH PLAIN", b64encode(f"\0{ADA}\0{password}".encode()).decode())[0]


def make_ada(form: Form, **settings: int) -> None:
    """Make the account and change settings, and let the second pass after which both hold in every process."""
    form.make("/domains", name="example.com")
    form.make("/accounts", address=ADA, password=PASSWORD)
    assert form.api.patch("/settings/smtp", json=settings).status_code == 200
    time.sleep(1)


def test_recipients_of_an_account_are_counted_over_every_process(form: Form) -> None:
    make_ada(form, recipients_per_account_hour=7)
    with submissions(form) as sessions:
        assert [log_in(session, PASSWORD) for session in sessions] == [235] * SESSIONS
        codes = []
        for number, session in enumerate(sessions):
            session.mail(ADA)
            codes.append(session.rcpt(f"bob{number}@example.org")[0])
    assert codes == [250] * 7 + [450] * (SESSIONS - 7)


def test_wrong_passwords_are_counted_over_every_process(form: Form) -> None:
    make_ada(form, login_failures_per_account=5)
    with submissions(form) as sessions:
        codes = [log_in(session, f"wrong {number}") for number, session in enumerate(sessions)]
        # From a network ada never logged in from, the right password is not heard either.
        assert log_in(sessions[-1], PASSWORD) == 454
    assert codes == [535] * 5 + [454] * (SESSIONS - 5)
