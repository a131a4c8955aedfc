import pytest
from tests.builders import MESSAGE, a_context, a_mail, an_account

from mailcore.mail.incoming import Marks
from maildecide.message.actions import Done, Undeliverable
from maildecide.message.steps import receive_size


@pytest.mark.parametrize(("most", "is_refused"), [(None, False), (len(MESSAGE), False), (len(MESSAGE) - 1, True)])
def test_receive_size(most: int | None, *, is_refused: bool) -> None:
    context = a_context(account=an_account(max_receive_size=most))
    actions = [type(action) for action in receive_size.apply(a_mail(), context)]
    assert actions == ([Undeliverable, Done] if is_refused else [])


def test_who_is_no_account_is_not_its_business() -> None:
    assert list(receive_size.apply(a_mail(), a_context(account=None))) == []


def test_the_sender_is_told_why() -> None:
    (told, _) = receive_size.apply(a_mail(), a_context(account=an_account(max_receive_size=10)))
    assert told == Undeliverable("ada@example.com", "the account takes messages of up to 10 octets", "5.2.3")


def test_of_what_a_banned_client_sent_nobody_is_told() -> None:
    mail = a_mail(marks=Marks(banned="add_header"))
    context = a_context(account=an_account(max_receive_size=10))
    assert [type(action) for action in receive_size.apply(mail, context)] == [Done]
