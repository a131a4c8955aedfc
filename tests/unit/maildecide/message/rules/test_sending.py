"""Under which sender a rule sends mail to other servers."""

from typing import Any

import msgspec
import pytest
from tests.builders import ARRIVAL, CLIENT, a_header_rule, a_mail, an_envelope
from tests.unit.maildecide.message.steps.test_header_rules import ADD, behind, planned

from mailcore.directory.targets import RemoteTarget, Resolution
from mailcore.mail.envelope import Envelope, Recipient
from mailcore.srs import SrsKeys
from maildecide.message.actions import Confirm, SendRemote
from maildecide.message.asking import asked

SRS = SrsKeys([b"a" * 32])
KEN = {"ken@example.org": Resolution("unmanaged")}
OURS = SRS.rewritten("bob@example.net", "example.com", ARRIVAL.at).address


@pytest.mark.parametrize("kind", ["copy_to", "redirect"])
@pytest.mark.parametrize(
    ("sender", "context", "expected"),
    [
        ("bob@example.net", {"srs": SRS, "via": "account"}, OURS),
        ("bob@example.net", {"srs": SRS, "via": "alias", "target": RemoteTarget("lee@example.org")}, OURS),
        ("bob@example.net", {}, "bob@example.net"),
        ("", {"srs": SRS, "via": "account"}, ""),
    ],
)
def test_as_forwards_do(kind: str, sender: str, context: dict[str, Any], expected: str) -> None:
    rule = a_header_rule(ADD, {"kind": kind, "to": ["ken@example.org"]})
    plan = planned(rule, mail=a_mail(envelope=an_envelope(sender=sender)), resolutions=KEN, **context)
    sent = plan.effects[0]
    assert isinstance(sent.effect, SendRemote)
    assert sent.mail.envelope.sender == expected
    assert b"X-Rule: yes" in sent.mail.header


def test_what_stays_here_keeps_its_sender() -> None:
    rule = a_header_rule({"kind": "copy_to", "to": ["bea@example.com", "ken@example.org"]})
    plan = planned(rule, resolutions=behind() | KEN, srs=SRS, via="account")
    assert [one.mail.envelope.sender for one in plan.effects] == ["bob@example.net", OURS, "bob@example.net"]


def test_what_does_not_fit_into_an_address_is_kept() -> None:
    mail = a_mail(envelope=an_envelope(sender="x" * 60 + "@example.net"))
    rule = a_header_rule({"kind": "redirect", "to": ["ken@example.org"]})
    (sent,) = planned(rule, mail=mail, resolutions=KEN, srs=SRS, via="account").effects
    assert isinstance(sent.effect, SendRemote)
    assert sent.effect.token == SRS.rewritten(mail.envelope.sender, "example.com", ARRIVAL.at).token


def test_what_one_of_us_sends_to_others_has_no_domain_of_ours_to_come_from() -> None:
    client = msgspec.structs.replace(CLIENT, account="ada@example.com")
    mail = a_mail(arrival=msgspec.structs.replace(ARRIVAL, client=client))
    rule = a_header_rule({"kind": "copy_to", "to": ["ken@example.org"]}, direction="outgoing")
    plan = planned(rule, mail=mail, resolutions=KEN, srs=SRS, via="", target=RemoteTarget("lee@example.org"))
    assert [one.mail.envelope.sender for one in plan.effects] == ["bob@example.net"]


ASKING = Envelope("bob@example.net", (Recipient("ada@example.com", frozenset({"SUCCESS", "FAILURE"})),))


def test_nobody_is_told_of_a_copy_whoever_gets_it() -> None:
    rule = a_header_rule({"kind": "copy_to", "to": ["bea@example.com"]})
    copy, own = planned(rule, mail=a_mail(envelope=ASKING), resolutions=behind()).effects
    assert [asked(one.mail, 0) for one in (copy, own)] == [frozenset({"NEVER"}), frozenset({"SUCCESS", "FAILURE"})]


def test_several_that_it_is_sent_to_instead_are_told_of_as_one() -> None:
    both = a_header_rule({"kind": "redirect", "to": ["bea@example.com", "ken@example.org"]})
    told, *ways = planned(both, mail=a_mail(envelope=ASKING), resolutions=behind() | KEN).effects
    assert told.effect == Confirm("ada@example.com", "expanded")
    assert [asked(one.mail, 0) for one in ways] == [frozenset({"FAILURE"})] * 2
    one = a_header_rule({"kind": "redirect", "to": ["ken@example.org"]})
    (way,) = planned(one, mail=a_mail(envelope=ASKING), resolutions=KEN).effects
    assert isinstance(way.effect, SendRemote)
    assert way.effect.notify == "FAILURE,SUCCESS"
