"""SIGTERM: what was begun is finished, nothing that got its 250 is lost, and the exit code says all went well."""

import smtplib
import threading
from contextlib import closing

import pytest
from tests.e2e.forms import Form, deliver, is_open
from tests.e2e.service import wait_until

pytestmark = pytest.mark.e2e

MESSAGE = b"Subject: stopping\r\n\r\nbody\r\n"


def test_it_stops_cleanly_and_starts_again_with_its_data(form: Form) -> None:
    form.make_accounts("alice@example.com")
    form.send("bob@example.org", ["alice@example.com"], MESSAGE)
    assert set(form.stop().values()) == {0}
    assert not any(is_open(form.ports[name]) for name in ("smtp", "submission", "submissions", "admin"))
    form.start()
    form.send("bob@example.org", ["alice@example.com"], MESSAGE)
    assert len(form.wait_for_messages("alice@example.com", 2)) == 2


def test_a_transaction_under_way_is_finished(form: Form) -> None:
    form.make_accounts("alice@example.com")
    front = form.services.get("ingress") or form.services["standalone"]
    # Closed, not quit: after its 250 the session is ended by the server.
    with closing(form.smtp()) as session:
        session.ehlo()
        session.mail("bob@example.org")
        session.rcpt("alice@example.com")
        session.docmd("DATA")
        session.send(b"Subject: under way\r\n\r\n")
        codes: list[int] = []
        stopping = threading.Thread(target=lambda: codes.append(front.terminate()))
        stopping.start()
        wait_until(lambda: not is_open(form.ports["smtp"]), 10, what="the port is closed")
        session.send(b"body\r\n.\r\n")
        assert session.getreply()[0] == 250
        stopping.join()
    assert codes == [0]
    form.start()
    (stored,) = form.wait_for_messages("alice@example.com")
    assert stored.read_bytes().endswith(b"Subject: under way\n\nbody\n")


def test_an_idle_client_is_told_why_it_is_left(form: Form) -> None:
    front = form.services.get("ingress") or form.services["standalone"]
    with closing(form.smtp()) as session:
        session.ehlo()
        assert front.terminate() == 0
        assert session.getreply() == (421, b"4.3.2 Service is shutting down, try again later")


def test_every_250_under_load_is_delivered(form: Form) -> None:
    form.make_accounts("alice@example.com")
    front = form.services.get("ingress") or form.services["standalone"]
    accepted = 0
    with closing(form.smtp()) as session:
        session.ehlo()
        stopping = threading.Thread(target=front.terminate)
        try:
            for number in range(10_000):
                deliver(session, "bob@example.org", ["alice@example.com"], MESSAGE)
                accepted += 1
                if number == 20:
                    stopping.start()
        except (smtplib.SMTPException, OSError):
            pass
        stopping.join()
    form.start()
    stored = form.wait_for_messages("alice@example.com", accepted)
    assert accepted > 20
    assert len(stored) in {accepted, accepted + 1}, "the last one may have come without its reply"
