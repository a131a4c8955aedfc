"""The project speaks of itself alone: no package index, and no path of one machine."""

import re
import subprocess
from pathlib import Path

from tests.architecture.sources import ROOT, named

FORBIDDEN = re.compile(
    rb"pypi\.org|pythonhosted|registry\.npmjs|(?<![\w.])/work/|(?<![\w./>}])/tmp/\w|(?<![\w.=])/root/(?!\.cache)|/home/\w",
    re.IGNORECASE,
)


def test_nothing_of_one_machine_is_named() -> None:
    found = {named(path): FORBIDDEN.findall(path.read_bytes()) for path in _tracked() if path != Path(__file__)}
    assert {name: words for name, words in found.items() if words} == {}


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]
