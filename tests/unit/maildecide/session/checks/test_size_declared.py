import pytest
from tests.builders import mail_facts, smtp_settings

from mailcore import replies
from maildecide.session.checks import size_declared


@pytest.mark.parametrize(
    ("external_limit", "is_local", "size", "limit"),
    [
        (None, False, 1000, None),
        (None, False, 1001, 1000),
        (None, True, 1000, None),
        (None, True, 1001, 1000),
        (500, False, 499, None),
        (500, False, 500, 499),
        (500, True, 1000, None),
        (500, True, 1001, 1000),
        (5000, False, 1000, None),
        (5000, False, 1001, 1000),
        (1, False, 0, None),
        (1, False, 1, 0),
    ],
)
def test_size_declared(*, external_limit: int | None, is_local: bool, size: int, limit: int | None) -> None:
    settings = smtp_settings(max_message_size=1000, max_external_message_size=external_limit)
    reply = None if limit is None else replies.MESSAGE_TOO_BIG.about(limit=limit)
    assert size_declared.check(mail_facts(declared_size=size, sender_is_local=is_local), settings) == reply


def test_no_size_declared() -> None:
    assert size_declared.check(mail_facts(declared_size=None), smtp_settings(max_message_size=1)) is None
