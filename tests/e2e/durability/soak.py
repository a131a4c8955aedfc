"""Durability campaigns for as long as one likes: `python -m tests.e2e.durability.soak --help`, or `make soak`.

One after the other: each form with each seed. Fails when any of them found a fault; the logs of that one are kept.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from tests.e2e.durability.campaign import Plan
from tests.e2e.durability.runs import RUNS

FREEZE_SECONDS = 40.0
"""Long enough for a broker to give a frozen consumer up, and for everyone to give up a frozen server."""


def soak(form: str, plan: Plan) -> bool:
    """Run one campaign and print what it found; give whether all was well."""
    directory = Path(tempfile.mkdtemp(prefix=f"hikyaku-soak-{form}-{plan.seed}-"))
    report = RUNS[form](directory, plan)
    print(report, flush=True)
    faults = {name: cases for name, cases in report.faults.items() if cases}
    for name, cases in faults.items():
        print(f"  {name}:", *cases, f"(data and logs: {directory})", sep="\n    ", flush=True)
    if not faults:
        shutil.rmtree(directory)
    return not faults


def main() -> int:
    """Run what the command line asks for; give the exit code."""
    parser = argparse.ArgumentParser(prog="soak")
    parser.add_argument("--minutes", type=float, default=10, help="for each campaign")
    parser.add_argument("--form", action="append", choices=list(RUNS), help="both unless told otherwise")
    parser.add_argument("seeds", type=int, nargs="*", default=[1])
    asked = parser.parse_args()
    plans = [Plan(seed=seed, seconds=asked.minutes * 60, freeze_seconds=FREEZE_SECONDS) for seed in asked.seeds]
    results = [soak(form, plan) for plan in plans for form in asked.form or RUNS]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
