import pytest
from tests.builders import a_context, a_mail, an_account

from maildecide.message.actions import Done
from maildecide.message.steps import disabled_account


@pytest.mark.parametrize(
    ("enabled", "others", "is_left_out"),
    [(True, True, False), (True, False, False), (False, True, True), (False, False, False)],
)
def test_a_disabled_account_is_left_out_only_beside_others(*, enabled: bool, others: bool, is_left_out: bool) -> None:
    context = a_context(account=an_account(enabled=enabled), others_take_it=others)
    assert [type(action) for action in disabled_account.apply(a_mail(), context)] == [Done] * is_left_out


def test_who_is_no_account_is_not_its_business() -> None:
    assert list(disabled_account.apply(a_mail(), a_context(account=None))) == []
