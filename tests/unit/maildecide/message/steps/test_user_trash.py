import pytest
from tests.builders import a_context, a_mail, an_account

from mailcore.directory.targets import AccountTarget, RemoteTarget, ServerTarget, Target
from mailcore.mail.incoming import Marks
from maildecide.message.actions import StoreLocal, TrashOnServer
from maildecide.message.pipeline import PIPELINE, plan_message
from maildecide.message.steps import user_trash

BANNED = Marks(banned="user_trash")
QUARANTINED = Marks(quarantined=True)


@pytest.mark.parametrize("marks", [BANNED, QUARANTINED, Marks(banned="add_header", quarantined=True)])
def test_each_account_gets_it_in_its_trash(marks: Marks) -> None:
    ada, bea = an_account(), an_account("bea@example.com")
    contexts = [a_context(target=AccountTarget(ada, ".lists")), a_context("bea@example.com", target=AccountTarget(bea))]
    plans = plan_message(PIPELINE, a_mail(marks=marks), contexts)
    assert [planned.effect for plan in plans for planned in plan.effects] == [
        StoreLocal(ada.mailbox, "ada@example.com", ".Trash", ada.address),
        StoreLocal(bea.mailbox, "bea@example.com", ".Trash", bea.address),
    ]


@pytest.mark.parametrize("marks", [BANNED, QUARANTINED])
@pytest.mark.parametrize("target", [RemoteTarget("eve@example.net"), ServerTarget(), None])
def test_others_share_the_trash_of_the_server(target: Target | None, marks: Marks) -> None:
    plans = plan_message(
        PIPELINE, a_mail(marks=marks), [a_context(target=target), a_context("b@example.com", target=target)]
    )
    assert [planned.effect for plan in plans for planned in plan.effects] == [TrashOnServer("ada@example.com")]
    assert len(plans[1].shared) == 1


def test_an_account_refuses_by_its_cancel_list_all_the_same() -> None:
    account = an_account(cancel_list=("bob@*",))
    (plan,) = plan_message(PIPELINE, a_mail(marks=BANNED), [a_context(target=AccountTarget(account))])
    assert (plan.effects, plan.ended_by) == ((), "cancel_list")


@pytest.mark.parametrize("banned", [None, "server_trash", "tag_subject", "add_header"])
def test_only_where_row_15_says_so(banned: str | None) -> None:
    marks = Marks(banned=banned)  # type: ignore[arg-type]  # one of them
    assert list(user_trash.apply(a_mail(marks=marks), a_context())) == []
