import pytest
from tests.builders import an_account, rcpt_facts, resolved, smtp_settings

from mailcore import replies
from mailcore.directory.targets import RemoteTarget, Resolution
from mailcore.directory.usage import Usage
from maildecide.session.checks import quota

ADA = an_account(quota_bytes=1000)
BEA = an_account("bea@example.com", quota_messages=3)
EVE = an_account("eve@example.com")


@pytest.mark.parametrize(
    ("resolution", "size", "octets", "messages", "is_over"),
    [
        (resolved(ADA), None, 999, 9, False),
        (resolved(ADA), None, 1000, 9, True),
        (resolved(ADA), 10, 990, 0, False),
        (resolved(ADA), 11, 990, 0, True),
        (resolved(ADA), 0, 1000, 0, True),
        (resolved(BEA), None, 10**9, 2, False),
        (resolved(BEA), None, 0, 3, True),
        (resolved(ADA, BEA), None, 1000, 3, True),
        (resolved(ADA, BEA), None, 1000, 2, False),
        (resolved(ADA, EVE), None, 1000, 3, False),
        (resolved(ADA, RemoteTarget("ken@example.org")), None, 1000, 3, False),
        (resolved(ADA, an_account("off@example.com", enabled=False)), None, 1000, 3, True),
        (resolved(EVE), 10**9, 10**9, 10**6, False),
        (Resolution("unmanaged"), 10**9, 0, 0, False),
    ],
)
def test_only_when_it_fits_nowhere(
    resolution: Resolution, size: int | None, octets: int, messages: int, *, is_over: bool
) -> None:
    usages = {account.mailbox: Usage(octets, messages) for account in (ADA, BEA)}
    facts = rcpt_facts(resolution=resolution, declared_size=size, usages=usages)
    assert quota.check(facts, smtp_settings()) == (replies.OVER_QUOTA if is_over else None)


@pytest.mark.parametrize(("size", "is_over"), [(None, False), (1000, False), (1001, True)])
def test_where_nothing_is_known_only_what_can_never_fit_is_refused(size: int | None, *, is_over: bool) -> None:
    facts = rcpt_facts(resolution=resolved(ADA), declared_size=size)
    assert quota.check(facts, smtp_settings()) == (replies.OVER_QUOTA if is_over else None)
