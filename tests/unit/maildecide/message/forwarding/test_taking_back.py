"""What comes back to an account that kept no copy: who is waited for, and what is done then."""

from collections.abc import Mapping
from typing import Any

import pytest
from tests.builders import a_forward, a_mail, an_account, an_envelope, smtp_settings
from tests.unit.maildecide.message.steps.test_forwarding import ADA, BEA, CEC, KEN, carried, plan

from mailcore.directory.folder_name import TRASH
from mailcore.directory.targets import Resolution
from maildecide.message.actions import Reenter, SendRemote, StoreLocal, TakeBack
from maildecide.message.plan import Plan

LEE = "lee@example.org"
VIA_MTA = smtp_settings(local_forward_via_mta=True)


def taken_back(planned: Plan) -> list[TakeBack]:
    return [one.effect for one in planned.effects if isinstance(one.effect, TakeBack)]


def waited_for(planned: Plan, parting: str) -> list[str]:
    """Give what ends a parting."""
    return [
        one.effect.mailbox if isinstance(one.effect, StoreLocal) else one.effect.recipient
        for one in carried(planned)
        if isinstance(one.effect, StoreLocal | SendRemote | Reenter) and one.effect.parting == parting
    ]


@pytest.mark.parametrize(
    ("forwards", "changes", "expected"),
    [
        ({ADA: a_forward(KEN, keep_copy=False)}, {}, {ADA: [KEN]}),
        ({ADA: a_forward(KEN, BEA, keep_copy=False)}, {}, {ADA: [KEN, "example.com/bea"]}),
        ({ADA: a_forward(KEN, BEA, keep_copy=False)}, {"settings": VIA_MTA}, {ADA: [KEN, BEA]}),
        # Whoever keeps a copy waits for nobody.
        ({ADA: a_forward(KEN)}, {}, {}),
        # What becomes of it at the next account is that account's affair.
        ({ADA: a_forward(BEA, keep_copy=False), BEA: a_forward(KEN, keep_copy=False)}, {}, {BEA: [KEN]}),
        ({ADA: a_forward(BEA, keep_copy=False), BEA: a_forward(KEN)}, {}, {ADA: ["example.com/bea"]}),
        # Who refuses it at once is not waited for; the others are.
        ({ADA: a_forward(KEN, CEC, keep_copy=False)}, {"accounts": {CEC: None}}, {ADA: [KEN]}),
        # Nobody is left to wait for: it is back already.
        ({ADA: a_forward(CEC, keep_copy=False)}, {"accounts": {CEC: an_account(CEC, enabled=False)}}, {}),
    ],
)
def test_who_is_waited_for(
    forwards: Mapping[str, Any], changes: dict[str, Any], expected: dict[str, list[str]]
) -> None:
    planned = plan(forwards, **changes)
    found = {back.copy.recipient: waited_for(planned, back.parting) for back in taken_back(planned)}
    assert found == expected


def test_the_account_has_it_in_its_trash() -> None:
    (back,) = taken_back(plan({ADA: a_forward(KEN, keep_copy=False)}))
    assert back.copy == StoreLocal("example.com/ada", ADA, TRASH, ADA)


@pytest.mark.parametrize(
    ("content", "reason"), [("full", ""), ("subject", "nobody of ken@example.org lee@example.org takes it")]
)
def test_the_sender_is_told_once(content: str, reason: str) -> None:
    """By what the servers answer or, since of a notice nobody is told, apart."""
    resolutions = {LEE: Resolution("unmanaged")}
    planned = plan({ADA: a_forward(KEN, LEE, keep_copy=False, content=content)}, resolutions=resolutions)
    (back,) = taken_back(planned)
    assert back.reason == reason
    (message,) = (one.mail for one in planned.effects if isinstance(one.effect, TakeBack))
    assert message.arrival.id == a_mail().arrival.id


def test_a_repeat_waits_for_the_same_and_each_message_for_its_own() -> None:
    forwards = {ADA: a_forward(KEN, keep_copy=False), BEA: a_forward(KEN, keep_copy=False)}
    (first,), (again,) = taken_back(plan(forwards)), taken_back(plan(forwards))
    (other,) = taken_back(plan(forwards, a_mail(envelope=an_envelope(BEA)), recipient=BEA))
    assert first == again
    assert first.parting != other.parting
