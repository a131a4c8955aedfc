from tests.builders import a_context, a_mail

from maildecide.message.actions import StoreLocal, Undeliverable
from maildecide.message.steps import local_delivery


def test_stores_in_the_inbox_of_the_account() -> None:
    actions = list(local_delivery.apply(a_mail(), a_context("ada@example.com")))
    assert actions == [StoreLocal("example.com/ada", "ada@example.com")]


def test_an_account_that_has_gone_does_not_cost_the_message() -> None:
    (action,) = local_delivery.apply(a_mail(), a_context(account=None))
    assert isinstance(action, Undeliverable)
    assert action.recipient == "ada@example.com"
