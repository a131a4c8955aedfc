import pytest
from tests.builders import an_account, rcpt_facts, resolved, smtp_settings

from mailcore import replies
from mailcore.address import parse_address
from mailcore.directory.targets import RemoteTarget, Resolution, ServerTarget
from maildecide.session.checks import cancel_list

ADA = an_account(cancel_list=("*@example.net",))
BEA = an_account("bea@example.com", cancel_list=("BOB@*",))
EVE = an_account("eve@example.com")
OFF = an_account("off@example.com", enabled=False)


@pytest.mark.parametrize(
    ("resolution", "is_refused"),
    [
        (resolved(ADA), True),
        (resolved(EVE), False),
        (resolved(ADA, BEA), True),
        (resolved(ADA, EVE), False),
        (resolved(ADA, OFF), True),
        (resolved(ADA, RemoteTarget("ken@example.org")), False),
        (resolved(ADA, ServerTarget()), False),
        (Resolution("unmanaged"), False),
        (Resolution("unknown"), False),
    ],
)
def test_only_when_everybody_behind_it_refuses(resolution: Resolution, *, is_refused: bool) -> None:
    facts = rcpt_facts(resolution=resolution, sender=parse_address("bob@example.net"))
    assert cancel_list.check(facts, smtp_settings()) == (replies.SENDER_CANCELLED if is_refused else None)


@pytest.mark.parametrize(("patterns", "is_refused"), [(("*",), False), (("<>",), True), (("", "?"), False)])
def test_the_null_sender_has_a_pattern_of_its_own(patterns: tuple[str, ...], *, is_refused: bool) -> None:
    facts = rcpt_facts(resolution=resolved(an_account(cancel_list=patterns)), sender=None)
    assert cancel_list.check(facts, smtp_settings()) == (replies.SENDER_CANCELLED if is_refused else None)
