import pytest
from tests.builders import a_context, a_mail

from mailcore.mail.incoming import Marks
from maildecide.message.actions import Done, TrashOnServer
from maildecide.message.pipeline import PIPELINE, plan_message
from maildecide.message.steps import server_trash


def test_one_copy_for_all_and_nothing_else() -> None:
    mail = a_mail(marks=Marks(banned="server_trash"))
    contexts = [a_context(), a_context("bea@example.com"), a_context("gone@example.com", target=None)]
    first, *others = plan_message(PIPELINE, mail, contexts)
    assert [planned.effect for planned in first.effects] == [TrashOnServer("ada@example.com")]
    for plan in others:
        assert plan.effects == ()
        assert [type(planned.effect) for planned in plan.shared] == [TrashOnServer]
        assert plan.ended_by == "server_trash"


@pytest.mark.parametrize("banned", [None, "user_trash", "tag_subject", "add_header"])
def test_only_where_row_15_says_so(banned: str | None) -> None:
    marks = Marks(banned=banned)  # type: ignore[arg-type]  # one of them
    assert list(server_trash.apply(a_mail(marks=marks), a_context())) == []


def test_nothing_comes_after_it() -> None:
    actions = list(server_trash.apply(a_mail(marks=Marks(banned="server_trash")), a_context()))
    assert [type(action) for action in actions] == [TrashOnServer, Done]
