"""What operators read: JSON when asked for, the message's id in each line about it, and no secret."""

import json
import re
from typing import Any

import pytest
from tests.e2e.forms import Form

pytestmark = pytest.mark.e2e

PASSWORD = "correct horse battery"


def lines(form: Form) -> list[dict[str, Any]]:
    said = (line for service in form.services.values() for line in service.said().splitlines())
    told = [line for line in said if not line.startswith(("ready ", "admin token: "))]
    assert [line for line in told if not line.startswith("{")] == []
    return [json.loads(line) for line in told]


def test_a_message_can_be_followed_through_the_logs(form: Form) -> None:
    form.make_accounts("alice@example.com")
    reply = form.send("bob@example.org", ["alice@example.com"], b"Subject: followed\r\n\r\nbody\r\n")
    form.wait_for_messages("alice@example.com")
    form.stop()
    message_id = re.search(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", reply)
    assert message_id is not None
    about = [line for line in lines(form) if line.get("message_id") == message_id[0]]
    assert {line["logger"].partition(".")[0] for line in about} == {"ingress", "processor"}
    assert all({"event", "level", "service", "timestamp"} <= line.keys() for line in lines(form))


def test_no_secret_is_in_the_logs(form: Form) -> None:
    form.make("/domains", name="example.com")
    form.make("/accounts", address="alice@example.com", password=PASSWORD)
    form.api.patch("/accounts/alice@example.com", json={"password": "short"})
    form.api.get("/domains", headers={"authorization": "Bearer wrong-token-of-someone"})
    form.stop()
    text = "".join(service.said() for service in form.services.values())
    secrets = [PASSWORD, form.token, "wrong-token-of-someone"]
    for service in form.services.values():
        urls = (service.environment.get("DATABASE_URL", ""), service.environment.get("AMQP_URL", ""))
        secrets += [found[1] for url in urls if (found := re.search(r"://[^:/@]+:([^@]+)@", url))]
    # The parts of the tests have passwords that are words of everyday.
    assert [secret for secret in secrets if len(secret) > 12 and secret in text] == []
