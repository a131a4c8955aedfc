import pytest
from tests.builders import a_context, a_mail, an_account

from mailcore.directory.targets import AccountTarget, RemoteTarget, ServerTarget, Target
from mailcore.mail.incoming import Marks
from maildecide.message.actions import Done
from maildecide.message.steps import incomplete


@pytest.mark.parametrize(
    ("target", "is_ended"),
    [
        (RemoteTarget("eve@example.net"), True),
        (AccountTarget(an_account()), False),
        (ServerTarget(), False),
        (None, False),
    ],
)
def test_what_is_incomplete_stays_here(target: Target | None, *, is_ended: bool) -> None:
    actions = list(incomplete.apply(a_mail(marks=Marks(incomplete=True)), a_context(target=target)))
    assert [type(action) for action in actions] == [Done] * is_ended
    assert list(incomplete.apply(a_mail(), a_context(target=target))) == []
