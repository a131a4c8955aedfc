from typing import Any

import pytest
from tests.builders import a_context, a_forward, a_mail, an_account, an_autoreply, an_envelope, resolved

from mailcore import events
from mailcore.directory.standing_orders import StandingOrders
from mailcore.directory.targets import RemoteTarget, Resolution, ServerTarget
from maildecide.message.actions import Reply, Resubmit, SendRemote, StoreLocal
from maildecide.message.pipeline import run
from maildecide.message.plan import Plan
from maildecide.message.steps import autoreply, forwarding, local_delivery

ADA, BEA, BOB, KEN = "ada@example.com", "bea@example.com", "bob@example.net", "ken@example.org"


def plan(sender: str = BOB, behind: Resolution | None = None, **changes: Any) -> Plan:
    account = changes.pop("account", an_account())
    orders = changes.pop("orders", StandingOrders(autoreply=an_autoreply(interval_hours=2)))
    known = {ADA: resolved(account), KEN: Resolution("unmanaged"), sender: behind or Resolution("unmanaged")}
    context = a_context(account=account, orders={ADA: orders}, resolutions=known, **changes)
    mail = a_mail(envelope=an_envelope(sender=sender), header=b"To: ada@example.com\r\n")
    return run((autoreply.apply, forwarding.apply, local_delivery.apply), mail, context)


def effects(planned: Plan) -> list[str]:
    return [one.effect.name for one in planned.effects]


def test_a_sender_elsewhere_is_answered_and_the_message_stored() -> None:
    planned = plan("Bob@Example.net", Resolution("unmanaged"))
    assert effects(planned) == ["store_local"]  # nobody asked who is behind the form in which it was written
    planned = plan()
    answer, stored = planned.effects
    made = str(answer.mail.arrival.id)
    sent = SendRemote(BOB, "example.net", "NEVER", made=made)
    assert answer.effect == Reply(ADA, BOB, 7200.0, (sent,))
    assert stored.effect == StoreLocal("example.com/ada", ADA, "", ADA)
    assert answer.mail.envelope.sender == ""
    assert stored.mail.arrival.id != answer.mail.arrival.id


@pytest.mark.parametrize(
    ("behind", "is_answered"),
    [
        (resolved(an_account(BEA)), True),
        (resolved(an_account(BEA, enabled=False), RemoteTarget("ken@example.org")), True),
        (resolved(ServerTarget()), True),
        (resolved(an_account(BEA, cancel_list=("<>",)), an_account("cec@example.com")), True),
        (resolved(an_account(BEA, enabled=False)), False),
        (resolved(an_account(BEA, cancel_list=("<>",))), False),
        (Resolution("unknown"), False),
    ],
)
def test_an_answer_to_one_of_ours_is_mail_like_any_other(behind: Resolution, *, is_answered: bool) -> None:
    planned = plan(BEA, behind)
    if not is_answered:
        assert effects(planned) == ["store_local"]
        assert [one.note.event for one in planned.notes] == [events.REPLY_WITHHELD]
        return
    answer = planned.effects[0]
    assert isinstance(answer.effect, Reply)
    assert answer.effect.deliveries == (Resubmit(BEA, str(answer.mail.arrival.id)),)
    assert answer.mail.envelope.sender == ""


def test_an_account_that_keeps_no_copy_answers_too() -> None:
    orders = StandingOrders((a_forward(KEN, keep_copy=False),), an_autoreply())
    planned = plan(orders=orders)
    assert effects(planned) == ["reply", "send_remote", "take_back"]


@pytest.mark.parametrize(
    "changes",
    [
        {"orders": StandingOrders()},
        {"orders": StandingOrders(autoreply=an_autoreply(ends_at="2025-01-01T00:00:00Z"))},
        {"account": an_account(enabled=False)},
    ],
)
def test_no_answer_and_no_word_of_it(changes: dict[str, Any]) -> None:
    planned = plan(**changes)
    assert (effects(planned), planned.notes) == (["store_local"], ())


def test_who_had_one_is_remembered_whatever_the_case() -> None:
    effect = plan("BOB@example.net").effects[0].effect
    assert isinstance(effect, Reply)
    assert effect.sender == BOB
