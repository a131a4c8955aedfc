"""The contracts of `[tool.importlinter]` hold: imports go down only, and decisions are pure."""

import subprocess
import sys
from pathlib import Path

from tests.architecture.sources import ROOT


def test_imports_go_down_only() -> None:
    result = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
