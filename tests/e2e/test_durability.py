"""A 250 means durable: whatever process or server is killed, every message is in its mailboxes, once.

A campaign of a minute for each form, on a course that DURABILITY_SEED chooses; `make soak` runs longer ones.
"""

import os
from pathlib import Path

import pytest
from tests.e2e.durability.campaign import Plan
from tests.e2e.durability.runs import RUNS

pytestmark = pytest.mark.e2e

PLAN = Plan(seed=int(os.environ.get("DURABILITY_SEED", "1")), seconds=50, servers_every=3)
FEWEST_ACCEPTED = 100
FEWEST_BLOWS = 5
"""Less than these would show nothing."""


@pytest.mark.parametrize("form", ["standalone", pytest.param("separate", marks=pytest.mark.real)])
def test_nothing_is_lost_repeated_or_invented(form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = RUNS[form](tmp_path, PLAN)
    with capsys.disabled():
        print(f"\n{report}")
    assert report.faults == {name: [] for name in report.faults}
    assert len(report.ledger.accepted) >= FEWEST_ACCEPTED
    assert sum(report.struck.values()) >= FEWEST_BLOWS
