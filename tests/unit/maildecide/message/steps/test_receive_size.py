import pytest
from tests.builders import MESSAGE, a_context, a_mail, an_account

from maildecide.message.actions import Done, Undeliverable
from maildecide.message.steps import receive_size


@pytest.mark.parametrize(("most", "is_refused"), [(None, False), (len(MESSAGE), False), (len(MESSAGE) - 1, True)])
def test_receive_size(most: int | None, *, is_refused: bool) -> None:
    context = a_context(account=an_account(max_receive_size=most))
    actions = [type(action) for action in receive_size.apply(a_mail(), context)]
    assert actions == ([Undeliverable, Done] if is_refused else [])


def test_who_is_no_account_is_not_its_business() -> None:
    assert list(receive_size.apply(a_mail(), a_context(account=None))) == []
