import pytest
from tests.builders import an_account, rcpt_facts, resolved, smtp_settings

from mailcore import replies
from mailcore.directory.targets import RemoteTarget, Resolution
from maildecide.session.checks import receive_size_declared

SMALL = an_account(max_receive_size=100)
LARGE = an_account("bea@example.com", max_receive_size=200)
ANY = an_account("eve@example.com")


@pytest.mark.parametrize(
    ("resolution", "size", "limit"),
    [
        (resolved(SMALL), 100, None),
        (resolved(SMALL), 101, 100),
        (resolved(SMALL), None, None),
        (resolved(SMALL, LARGE), 200, None),
        (resolved(SMALL, LARGE), 201, 200),
        (resolved(SMALL, ANY), 10**9, None),
        (resolved(SMALL, RemoteTarget("ken@example.org")), 101, None),
        (resolved(SMALL, an_account("off@example.com", enabled=False)), 101, 100),
        (Resolution("unmanaged"), 10**9, None),
    ],
)
def test_only_when_it_is_too_big_for_everybody(resolution: Resolution, size: int | None, limit: int | None) -> None:
    reply = receive_size_declared.check(rcpt_facts(resolution=resolution, declared_size=size), smtp_settings())
    assert reply == (None if limit is None else replies.TOO_BIG_FOR_MAILBOX.about(limit=limit))
