import pytest
from tests.builders import origin_facts, smtp_settings

from mailcore import replies
from mailcore.authentication.results import Authentication, SpfResult, SpfVerdict
from maildecide.session.checks.spf import check


@pytest.mark.parametrize("result", ["none", "neutral", "pass", "softfail", "temperror", "permerror"])
def test_nothing_but_a_failure_is_refused(result: SpfResult) -> None:
    assert check(origin_facts(Authentication(SpfVerdict(result))), smtp_settings(spf_fail="reject")) is None


def test_a_failure_is_refused_where_the_operator_wants_that() -> None:
    facts = origin_facts(Authentication(SpfVerdict("fail", "example.net")))
    assert check(facts, smtp_settings()) is None
    assert check(facts, smtp_settings(spf_fail="reject")) == replies.SPF_FAILED
