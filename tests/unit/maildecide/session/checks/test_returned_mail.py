import pytest
from tests.builders import rcpt_facts

from mailcore import replies
from mailcore.address import Address, parse_address
from mailcore.directory.targets import RemoteTarget, Resolution
from mailcore.settings import RuntimeSettings
from maildecide.session.checks import returned_mail

OURS = Resolution("found", (RemoteTarget("bob@example.net"),), "srs")
BOB = parse_address("bob@example.net")


@pytest.mark.parametrize(
    ("resolution", "sender", "refused"),
    [
        (OURS, None, False),
        (OURS, BOB, True),
        (Resolution("found", (RemoteTarget("bob@example.net"),), "alias"), BOB, False),
        (Resolution("unmanaged"), BOB, False),
    ],
)
def test_only_reports_come_back(resolution: Resolution, sender: Address | None, *, refused: bool) -> None:
    reply = returned_mail.check(rcpt_facts(resolution=resolution, sender=sender), RuntimeSettings())
    assert reply == (replies.RETURNED_MAIL_ONLY if refused else None)
