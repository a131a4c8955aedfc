"""aiosmtpd's own tests of its protocol class, held against our session.

They come with the installed distribution. Replies are compared by their codes; what differs is listed with its reason.
"""

import subprocess
import sys
import tomllib
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

ROOT = Path(__file__).parents[2]
DIFFERENCES = Path(__file__).parent / "aiosmtpd_suite" / "differences.toml"
MODULES = ("test_smtp.py", "test_smtps.py", "test_smtpsmuggling.py", "test_starttls.py")


def run_suite(report: Path) -> dict[str, bool]:
    """Run the tests in a process of their own; give which passed, by their names."""
    suite = Path(str(files("aiosmtpd.tests")))
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-c", "/dev/null", f"--rootdir={suite}", f"--junitxml={report}"),
            *("-p", "tests.conformance.aiosmtpd_suite.plugin", "-p", "no:cacheprovider", "-p", "no:asyncio"),
            *("--import-mode=importlib", *(str(suite / module) for module in MODULES)),
        ],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert report.exists(), done.stdout + done.stderr
    passed: dict[str, bool] = {}
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 - pytest has written it just now
        name = f"{case.get('classname', '')}.{case.get('name', '')}"
        passed[name] = passed.get(name, True) and case.find("failure") is None and case.find("error") is None
    return passed


def listed() -> set[str]:
    """Give the names of the tests that differ, `x[1,2]` being x[1] and x[2]."""
    names: set[str] = set()
    for difference in tomllib.loads(DIFFERENCES.read_text(encoding="utf-8"))["difference"]:
        assert difference["reason"]
        for test in difference["tests"]:
            name, bracket, parameters = test.partition("[")
            names.update(f"{name}[{each}]" for each in parameters.rstrip("]").split(",")) if bracket else names.add(
                name
            )
    return names


@pytest.mark.slow
def test_aiosmtpd_suite(tmp_path: Path) -> None:
    passed = run_suite(tmp_path / "report.xml")
    assert len(passed) > 300
    assert {name for name, is_passed in passed.items() if not is_passed} == listed()
