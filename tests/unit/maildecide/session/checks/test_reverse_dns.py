from typing import Literal

import pytest
from tests.builders import smtp_settings

from mailcore import replies
from mailcore.replies import Reply
from maildecide.session.checks.reverse_dns import check
from maildecide.session.facts import ReverseFacts

Finding = Literal["named", "matches", "differs", "missing", "no_answer"]


@pytest.mark.parametrize(
    ("finding", "must_exist", "must_match"),
    [
        ("named", None, None),
        ("matches", None, None),
        ("differs", None, replies.CLIENT_NAMELESS),
        ("missing", replies.CLIENT_NAMELESS, replies.CLIENT_NAMELESS),
        ("no_answer", replies.CLIENT_NAME_UNKNOWN, replies.CLIENT_NAME_UNKNOWN),
    ],
)
def test_reverse_dns(finding: Finding, must_exist: Reply | None, must_match: Reply | None) -> None:
    assert check(ReverseFacts(finding), smtp_settings(reverse_dns="must_exist")) == must_exist
    assert check(ReverseFacts(finding), smtp_settings(reverse_dns="must_match")) == must_match
