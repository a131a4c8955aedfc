import msgspec
import pytest
from tests.list_builders import a_list, a_post

from mailcore.mail.incoming import Marks
from maildecide.lists.notices.waiting import is_told
from maildecide.message.mail import Mail

BY_A_PROGRAM = b"From: ada@example.com\r\nAuto-Submitted: auto-generated\r\n\r\nx\r\n"


def known(mail: Mail) -> Mail:
    return msgspec.structs.replace(mail, marks=Marks(relay_permitted=True))


@pytest.mark.parametrize(
    ("notify", "post", "told"),
    [
        (True, known(a_post()), True),
        (False, known(a_post()), False),
        (True, a_post(), False),
        (True, known(a_post(sender="")), False),
        (True, known(a_post(BY_A_PROGRAM)), False),
    ],
)
def test_only_a_person_who_is_known_is_told(notify: bool, post: Mail, told: bool) -> None:
    assert is_told(a_list(notify_poster=notify), post) is told
