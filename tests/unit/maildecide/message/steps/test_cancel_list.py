import pytest
from tests.builders import a_context, a_mail, an_account, an_envelope

from maildecide.message.actions import Done
from maildecide.message.steps import cancel_list


@pytest.mark.parametrize(
    ("patterns", "sender", "is_dropped"),
    [
        (("*@example.net",), "bob@example.net", True),
        (("*@example.net",), "bob@example.org", False),
        (("*",), "", False),
        (("<>",), "", True),
        ((), "bob@example.net", False),
    ],
)
def test_cancel_list(patterns: tuple[str, ...], sender: str, *, is_dropped: bool) -> None:
    mail = a_mail(envelope=an_envelope(sender=sender))
    context = a_context(account=an_account(cancel_list=patterns))
    assert [type(action) for action in cancel_list.apply(mail, context)] == [Done] * is_dropped


def test_who_is_no_account_is_not_its_business() -> None:
    assert list(cancel_list.apply(a_mail(), a_context(account=None))) == []
