from collections.abc import Iterator
from dataclasses import dataclass, replace

import msgspec
from tests.builders import a_context, a_mail, an_account

from mailcore.directory.targets import RemoteTarget
from maildecide.message.actions import Action, Done, StoreLocal
from maildecide.message.context import Context
from maildecide.message.mail import Mail
from maildecide.message.pipeline import PIPELINE, plan_message, run
from maildecide.message.plan import Plan, Planned


@dataclass(frozen=True)
class Prefix:
    """An edit."""

    field: bytes

    def apply(self, mail: Mail) -> Mail:
        """Put a field first."""
        return msgspec.structs.replace(mail, header=self.field + mail.header)


def edits(_: Mail, __: Context) -> Iterator[Action]:
    yield StoreLocal("before", "a@example.com")
    yield Prefix(b"X: y\r\n")
    yield StoreLocal("after", "a@example.com")


def ends(_: Mail, __: Context) -> Iterator[Action]:
    yield Done("enough")


def breaks(_: Mail, __: Context) -> Iterator[Action]:
    raise AssertionError
    yield


def test_an_effect_has_the_mail_as_it_was_then() -> None:
    mail = a_mail()
    plan = run((edits,), mail, a_context())
    assert [planned.mail.header for planned in plan.effects] == [mail.header, b"X: y\r\n" + mail.header]
    assert plan.ended_by is None


def test_an_edit_reaches_later_steps_and_no_other_recipient() -> None:
    def sees(mail: Mail, _: Context) -> Iterator[Action]:
        yield StoreLocal(mail.header[:4].decode(), "a@example.com")

    plans = plan_message((sees, edits), a_mail(), [a_context(), a_context("bea@example.com")])
    assert {plan.effects[0].effect.mailbox for plan in plans[:1] if isinstance(plan.effects[0].effect, StoreLocal)} == {
        "From"
    }
    assert plans[1].shared[0].mail == a_mail()


def test_nothing_runs_after_an_end() -> None:
    assert run((ends, breaks), a_mail(), a_context()) == Plan("ada@example.com", (), "test_pipeline", "enough")


def test_recipients_that_share_a_mailbox_get_one_copy_there() -> None:
    account = an_account("ada@example.com")
    contexts = [a_context("ada@example.com"), a_context("alias@example.com", account=account)]
    first, second = plan_message(PIPELINE, a_mail(), contexts)
    stored = StoreLocal("example.com/ada", "ada@example.com", account="ada@example.com")
    copy = Planned(stored, a_mail(), "local_delivery")
    assert (first.effects, first.shared) == ((copy,), ())
    assert second.effects == ()
    assert [planned.effect for planned in second.shared] == [replace(stored, recipient="alias@example.com")]
    assert (first.target, second.target) == ("", "ada@example.com")


def test_the_same_recipient_twice_gets_one_copy() -> None:
    plans = plan_message(PIPELINE, a_mail(), [a_context(), a_context()])
    assert [len(plan.effects) for plan in plans] == [1, 0]


def test_a_plan_says_whose_it_is() -> None:
    context = a_context("sales@example.com", target=RemoteTarget("ken@example.org"), place=3)
    plan = run((ends,), a_mail(), context)
    assert (plan.place, plan.recipient, plan.target) == (3, "sales@example.com", "ken@example.org")
    assert plan.brief()["target"] == "ken@example.org"
