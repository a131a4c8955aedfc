import pytest
from tests.builders import an_account, rcpt_facts, resolved

from mailcore.directory.targets import RemoteTarget, Resolution
from mailcore.directory.usage import Usage
from maildecide.session.capacity import capacity_of, wider
from maildecide.session.facts import Capacity

SMALL = an_account(max_receive_size=100, quota_bytes=50)
LARGE = an_account("bea@example.com", max_receive_size=200, quota_bytes=40)
ANY = an_account("eve@example.com")
USAGES = {SMALL.mailbox: Usage(20, 1), LARGE.mailbox: Usage(60, 1)}


@pytest.mark.parametrize(
    ("resolution", "capacity"),
    [
        (resolved(SMALL), Capacity(100, 30)),
        (resolved(LARGE), Capacity(200, 0)),
        (resolved(SMALL, LARGE), Capacity(200, 30)),
        (resolved(SMALL, ANY), Capacity(None, None)),
        (resolved(SMALL, RemoteTarget("ken@example.org")), Capacity(None, None)),
        (Resolution("unmanaged"), Capacity(None, None)),
    ],
)
def test_the_largest_that_anybody_takes(resolution: Resolution, capacity: Capacity) -> None:
    assert capacity_of(rcpt_facts(resolution=resolution, usages=USAGES)) == capacity


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (None, Capacity(1, 2), Capacity(1, 2)),
        (Capacity(1, 2), Capacity(2, 1), Capacity(2, 2)),
        (Capacity(None, 2), Capacity(2, 1), Capacity(None, 2)),
        (Capacity(1, None), Capacity(2, 1), Capacity(2, None)),
    ],
)
def test_recipients_together(one: Capacity | None, other: Capacity, both: Capacity) -> None:
    assert wider(one, other) == both
