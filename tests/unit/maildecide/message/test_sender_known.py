import msgspec
import pytest
from tests.builders import CLIENT

from mailcore.authentication.results import Authentication
from mailcore.mail.incoming import Client, Marks
from maildecide.message.sender_known import is_sender_known


@pytest.mark.parametrize(
    ("client", "marks", "is_known"),
    [
        (CLIENT, Marks(), False),
        (msgspec.structs.replace(CLIENT, account="ada@example.com"), Marks(), True),
        (CLIENT, Marks(relay_permitted=True), True),
        (CLIENT, Marks(authentication=Authentication()), False),
        (CLIENT, Marks(authentication=Authentication(is_aligned=True)), False),
        (CLIENT, Marks(authentication=Authentication(vouches_for_sender=True)), True),
    ],
)
def test_who_is_known(client: Client, marks: Marks, *, is_known: bool) -> None:
    assert is_sender_known(client, marks) is is_known
