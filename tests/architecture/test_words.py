"""The project speaks of itself alone: no package index, no path of one machine, no real address as an example."""

import re
import subprocess
from pathlib import Path

import pytest
from tests.architecture.sources import ROOT, named

FORBIDDEN = re.compile(
    rb"pypi\.org|pythonhosted|registry\.npmjs|(?<![\w.])/work/|(?<![\w./>}])/tmp/\w|/root/|/home/\w", re.IGNORECASE
)
THIS = Path(__file__)


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("path", _tracked(), ids=named)
def test_nothing_of_one_machine_is_named(path: Path) -> None:
    if path != THIS:
        assert FORBIDDEN.findall(path.read_bytes()) == []
