from typing import Any

import msgspec
import pytest
from tests.builders import ARRIVAL, CLIENT, a_context, a_mail, an_account, an_envelope

from mailcore.authentication.results import ArcVerdict, Authentication, DkimVerdict, DmarcVerdict, SpfVerdict
from mailcore.directory.rule_verdicts import VERDICTS
from mailcore.directory.targets import AccountTarget, RemoteTarget, ServerTarget, Target
from mailcore.mail.incoming import Marks
from maildecide.message.mail import Mail
from maildecide.message.rules.gathering import rule_facts


def from_client(marks: Marks, sender: str = "bea@example.com", **client: Any) -> Mail:
    arrival = msgspec.structs.replace(ARRIVAL, client=msgspec.structs.replace(CLIENT, **client))
    return a_mail(marks=marks, arrival=arrival, envelope=an_envelope(sender=sender))


@pytest.mark.parametrize(
    ("target", "via", "owners"),
    [
        (AccountTarget(an_account()), "account", ("example.com", "ada@example.com")),
        (AccountTarget(an_account("bea@example.net")), "alias", ("example.com", "bea@example.net", "example.net")),
        (ServerTarget(), "role", ("example.com",)),
        (RemoteTarget("ken@example.org"), "alias", ("example.com",)),
        (RemoteTarget("ken@example.org"), "", None),
        (None, "", ("example.com",)),
    ],
)
def test_whose_incoming_mail(target: Target | None, via: str, owners: tuple[str, ...] | None) -> None:
    assert rule_facts(a_mail(), a_context(target=target, via=via)).incoming_for == owners


@pytest.mark.parametrize(
    ("mail", "owners"),
    [
        (a_mail(), None),
        (from_client(Marks(), account="ada@example.com"), ("ada@example.com", "example.com")),
        (from_client(Marks(relay_permitted=True)), ("bea@example.com", "bea@example.com", "example.com")),
        (from_client(Marks(relay_permitted=True, external_sender=True)), None),
        (from_client(Marks(relay_permitted=True), sender=""), None),
        (from_client(Marks(via_mta=True), account="ada@example.com"), None),
        (from_client(Marks(via_mta=True, relay_permitted=True)), None),
    ],
)
def test_whose_outgoing_mail(mail: Mail, owners: tuple[str, ...] | None) -> None:
    assert rule_facts(mail, a_context()).outgoing_for == owners


def test_verdicts() -> None:
    marks = Marks(banned="add_header", sender_domain_missing=True, external_sender=True, incomplete=True)
    assert rule_facts(from_client(marks, listener="submissions", account="a@b"), a_context()).verdicts == {
        "authenticated": "yes",
        "banned": "yes",
        "external_sender": "yes",
        "incomplete": "yes",
        "relay_permitted": "no",
        "sender_domain_missing": "yes",
        "submission": "yes",
        "aligned": "no",
        "arc": "unexamined",
        "dkim": "unexamined",
        "dmarc": "unexamined",
        "dmarc_policy": "unexamined",
        "spf": "unexamined",
    }


def test_verdicts_of_the_origin() -> None:
    found = Authentication(
        spf=SpfVerdict("softfail"),
        dkim=(DkimVerdict("fail"), DkimVerdict("temperror")),
        dmarc=DmarcVerdict("fail", policy="quarantine", published="reject"),
        arc=ArcVerdict("pass"),
        is_aligned=True,
    )
    verdicts = rule_facts(from_client(Marks(authentication=found)), a_context()).verdicts
    assert {name: verdicts[name] for name in ("aligned", "arc", "dkim", "dmarc", "dmarc_policy", "spf")} == {
        "aligned": "yes",
        "arc": "pass",
        "dkim": "temperror",
        "dmarc": "fail",
        "dmarc_policy": "reject",
        "spf": "softfail",
    }
    assert set(verdicts) == set(VERDICTS)
    assert all(value in VERDICTS[name] for name, value in verdicts.items())


def test_verdicts_of_an_origin_nobody_says_anything_of() -> None:
    verdicts = rule_facts(from_client(Marks(authentication=Authentication())), a_context()).verdicts
    assert [verdicts[name] for name in ("dkim", "dmarc", "dmarc_policy", "spf", "arc")] == ["none"] * 5
    assert all(value in VERDICTS[name] for name, value in verdicts.items())


def test_the_envelope_and_the_client() -> None:
    facts = rule_facts(a_mail(), a_context())
    assert (facts.sender, facts.recipient, facts.client_ip) == ("bob@example.net", "ada@example.com", "192.0.2.1")
    assert facts.size == a_mail().content.size


def test_what_came_back_is_no_submission() -> None:
    verdicts = rule_facts(from_client(Marks(via_mta=True), listener="submission", account="a@b"), a_context()).verdicts
    assert (verdicts["submission"], verdicts["authenticated"]) == ("no", "yes")
