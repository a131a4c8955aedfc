from tests.builders import a_mail

from maildecide.message.actions import Effect, StoreLocal, Undeliverable
from maildecide.message.plan import Plan, Planned
from maildecide.message.sharing import share


def a_plan(recipient: str, *effects: Effect) -> Plan:
    return Plan(recipient, tuple(Planned(effect, a_mail(), "step") for effect in effects))


def test_recipients_of_one_mailbox_get_one_copy_whatever_their_folders() -> None:
    plans = [a_plan("a", StoreLocal("m", "a", ".work")), a_plan("b", StoreLocal("m", "b"))]
    first, second = share(plans)
    assert (first.effects, first.shared) == (plans[0].effects, ())
    assert (second.effects, second.shared) == ((), plans[1].effects)


def test_folders_of_a_mailbox_are_different_places_for_one_recipient() -> None:
    plans = [a_plan("a", StoreLocal("m", "a"), StoreLocal("m", "a", ".copies"))]
    assert list(share(plans)) == plans


def test_a_plan_shares_with_itself() -> None:
    (plan,) = share([a_plan("a", StoreLocal("m", "a"), StoreLocal("m", "x"))])
    assert [len(plan.effects), len(plan.shared)] == [1, 1]


def test_what_is_done_for_each_is_never_shared() -> None:
    plans = [a_plan("a", Undeliverable("a", "gone")), a_plan("a", Undeliverable("a", "gone"))]
    assert list(share(plans)) == plans


def test_without_recipients_there_is_nothing() -> None:
    assert share([]) == ()
