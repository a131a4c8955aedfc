from tests.builders import smtp_settings

from mailcore import replies
from maildecide.session.checks.block_lists import check
from maildecide.session.facts import ListingFacts


def test_block_lists() -> None:
    settings = smtp_settings(dns_block_lists=("bl.test", "other.test"))
    assert check(ListingFacts(()), settings) is None
    assert check(ListingFacts(("bl.test",)), settings) == replies.CLIENT_LISTED.about(zone="bl.test")
    assert check(ListingFacts(("other.test", "bl.test")), settings) == replies.CLIENT_LISTED.about(zone="other.test")
