import pytest
from tests.builders import a_context, a_mail, an_account

from mailcore.directory.targets import AccountTarget, RemoteTarget, ServerTarget, Target
from mailcore.mail.incoming import Marks
from maildecide.message.actions import Effect, StoreLocal, TrashOnServer, Undeliverable
from maildecide.message.steps import local_delivery


@pytest.mark.parametrize(
    ("target", "effect"),
    [
        (AccountTarget(an_account()), StoreLocal("example.com/ada", "sales@example.com", "", "ada@example.com")),
        (
            AccountTarget(an_account(), ".work"),
            StoreLocal("example.com/ada", "sales@example.com", ".work", "ada@example.com"),
        ),
        (ServerTarget(), StoreLocal(".postmaster", "sales@example.com")),
        (
            None,
            Undeliverable("sales@example.com", "nobody is behind it any more since the message was accepted", "5.1.1"),
        ),
    ],
)
def test_every_kind_of_target(target: Target | None, effect: Effect) -> None:
    context = a_context("sales@example.com", target=target)
    assert list(local_delivery.apply(a_mail(), context)) == [effect]


def test_of_what_a_banned_client_sent_nobody_is_told() -> None:
    mail = a_mail(marks=Marks(banned="tag_subject"))
    context = a_context("sales@example.com", target=None)
    assert list(local_delivery.apply(mail, context)) == [TrashOnServer("sales@example.com")]


def test_what_is_on_another_server_is_not_stored() -> None:
    context = a_context("sales@example.com", target=RemoteTarget("ken@example.org"))
    assert list(local_delivery.apply(a_mail(), context)) == []
