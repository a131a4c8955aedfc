import pytest
from tests.builders import origin_facts, smtp_settings

from mailcore import replies
from mailcore.authentication.results import Authentication, DmarcPolicy, DmarcResult, DmarcVerdict
from maildecide.session.checks.dmarc import check

STRICT = smtp_settings(dmarc_reject="reject", dmarc_quarantine="trash")


@pytest.mark.parametrize("result", ["none", "pass", "temperror", "permerror"])
def test_nothing_but_a_failure_is_refused(result: DmarcResult) -> None:
    assert check(origin_facts(Authentication(dmarc=DmarcVerdict(result, policy="reject"))), STRICT) is None


@pytest.mark.parametrize(("policy", "is_refused"), [("none", False), ("quarantine", False), ("reject", True)])
def test_only_what_the_domain_wants_rejected(policy: DmarcPolicy, *, is_refused: bool) -> None:
    facts = origin_facts(Authentication(dmarc=DmarcVerdict("fail", "example.net", policy)))
    assert check(facts, STRICT) == (replies.DMARC_FAILED if is_refused else None)
    assert check(facts, smtp_settings(dmarc_reject="trash")) is None
    assert check(facts, smtp_settings()) is None
