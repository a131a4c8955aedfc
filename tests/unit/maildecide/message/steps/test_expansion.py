"""What senders hear of an alias with several, and with one (RFC 3461 5.2.7)."""

from typing import Any

import msgspec
import pytest
from tests.builders import a_context, a_mail, an_account, resolved

from mailcore.directory.targets import RemoteTarget
from mailcore.mail.envelope import Envelope, Recipient
from mailcore.mail.incoming import Marks
from maildecide.message.actions import Confirm, SendRemote
from maildecide.message.asking import asked
from maildecide.message.context import contexts_of
from maildecide.message.mail import Mail
from maildecide.message.pipeline import PIPELINE, plan_message
from maildecide.message.plan import Plan

TEAM, ORCPT = "team@example.com", "rfc822;team@example.com"
ADA, BEA, OFF = an_account(), an_account("bea@example.com"), an_account("cec@example.com", enabled=False)
KEN = RemoteTarget("ken@example.org")


def asking(*notify: str, sender: str = "bob@example.net", **marks: Any) -> Mail:
    recipient = Recipient(TEAM, frozenset(notify), ORCPT)
    return a_mail(
        envelope=Envelope(sender, (recipient,), ret="FULL", envid="QQ1"),
        marks=msgspec.structs.replace(Marks(), **marks),
    )


def plans(mail: Mail, *targets: Any) -> tuple[Plan, ...]:
    nobody = a_context(TEAM, account=None)
    return plan_message(PIPELINE, mail, contexts_of(nobody, resolved(*targets)))


def confirmations(found: tuple[Plan, ...]) -> list[Confirm]:
    return [one.effect for plan in found for one in plan.effects if isinstance(one.effect, Confirm)]


def asked_of_each(found: tuple[Plan, ...]) -> list[set[str]]:
    return [set(asked(one.mail, 0)) for plan in found for one in plan.effects if not isinstance(one.effect, Confirm)]


ASKED = [
    (),
    ("NEVER",),
    ("SUCCESS",),
    ("FAILURE",),
    ("DELAY",),
    ("SUCCESS", "FAILURE"),
    ("SUCCESS", "FAILURE", "DELAY"),
]


@pytest.mark.parametrize("notify", ASKED)
@pytest.mark.parametrize("target", [ADA, KEN])
def test_an_alias_with_one_passes_everything_on(target: Any, notify: tuple[str, ...]) -> None:
    """RFC 3461 5.2.7.2: no report of the alias; NOTIFY, ORCPT, RET and ENVID go with the message."""
    found = plans(asking(*notify), target)
    assert confirmations(found) == []
    assert asked_of_each(found) == [set(notify)]
    (planned,) = found[0].effects
    envelope = planned.mail.envelope
    assert (envelope.recipients[0].original, envelope.ret, envelope.envid) == (ORCPT, "FULL", "QQ1")
    if isinstance(planned.effect, SendRemote):
        assert (set(planned.effect.notify.split(",")) - {""}, planned.effect.original) == (set(notify), ORCPT)


@pytest.mark.parametrize(
    ("notify", "of_each", "is_expanded"),
    [
        ((), set(), False),
        (("NEVER",), {"NEVER"}, False),
        (("FAILURE",), {"FAILURE"}, False),
        (("DELAY",), {"DELAY"}, False),
        (("FAILURE", "DELAY"), {"FAILURE", "DELAY"}, False),
        # Nothing is left to ask for.
        (("SUCCESS",), {"NEVER"}, True),
        (("SUCCESS", "FAILURE"), {"FAILURE"}, True),
        (("SUCCESS", "FAILURE", "DELAY"), {"FAILURE", "DELAY"}, True),
    ],
)
def test_an_alias_with_several(notify: tuple[str, ...], of_each: set[str], is_expanded: bool) -> None:
    """RFC 3461 5.2.7.3 (c): `expanded` once where success was asked for, of which nobody is asked any more."""
    found = plans(asking(*notify), ADA, KEN, BEA)
    assert confirmations(found) == ([Confirm(TEAM, "expanded", ORCPT)] if is_expanded else [])
    assert asked_of_each(found) == [of_each] * 3
    kept = [one.mail.envelope for plan in found for one in plan.effects if not isinstance(one.effect, Confirm)]
    assert {(one.recipients[0].original, one.ret, one.envid) for one in kept} == {(ORCPT, "FULL", "QQ1")}


def test_several_are_confirmed_once_and_asked_for_no_success() -> None:
    found = plans(asking("SUCCESS", "FAILURE"), ADA, BEA, KEN)
    assert confirmations(found) == [Confirm(TEAM, "expanded", "rfc822;team@example.com")]
    assert asked_of_each(found) == [{"FAILURE"}] * 3
    sent = found[2].effects[-1].effect
    assert isinstance(sent, SendRemote)
    assert (sent.notify, sent.original) == ("FAILURE", "rfc822;team@example.com")


def test_who_asks_for_success_alone_hears_of_nothing_else() -> None:
    assert asked_of_each(plans(asking("SUCCESS"), ADA, BEA)) == [{"NEVER"}] * 2


def test_one_is_as_if_he_had_been_written_to() -> None:
    for targets in ([ADA], [KEN], [OFF, ADA], [ADA, OFF]):
        found = plans(asking("SUCCESS", "DELAY"), *targets)
        assert confirmations(found) == []
        assert asked_of_each(found) == [{"SUCCESS", "DELAY"}]


def test_a_disabled_one_at_the_beginning_hides_nothing() -> None:
    assert confirmations(plans(asking("SUCCESS"), OFF, ADA, BEA)) == [
        Confirm(TEAM, "expanded", "rfc822;team@example.com")
    ]


@pytest.mark.parametrize(
    "mail",
    [
        asking(),
        asking("FAILURE"),
        asking("NEVER"),
        asking("SUCCESS", sender=""),
        asking("SUCCESS", banned="user_trash"),
        asking("SUCCESS", incomplete=True),
    ],
)
def test_otherwise_nothing_is_confirmed(mail: Mail) -> None:
    assert confirmations(plans(mail, ADA, BEA)) == []
