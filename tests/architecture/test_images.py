"""Each service starts with what its extra brings and nothing more, so that its image needs nothing more.

Stands in for building the images: the service's packages are imported by an interpreter that refuses the packages of
the other extras.
"""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from tests.architecture.sources import PACKAGES, ROOT

EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
SERVICES = {"ingress": "ingress", "processor": "processor", "admin-api": "admin_api"}

PROGRAM = """
import importlib, pkgutil, sys

refused = set(sys.argv[2].split(","))

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in refused:
            raise ModuleNotFoundError(f"{name} is in no image of this service")

sys.meta_path.insert(0, Refuse())
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    importlib.import_module(module.name)
"""


def _requirements(extra: str) -> set[str]:
    return {requirement.partition(">")[0].partition("[")[0] for requirement in EXTRAS[extra]}


@pytest.mark.slow
@pytest.mark.parametrize("service", SERVICES)
def test_a_service_needs_only_its_extra(service: str) -> None:
    own = _requirements(service)
    others = set().union(*(_requirements(extra) for extra in (*SERVICES, "dev") if extra != service)) - own
    modules = {name.replace("-", "_") for name in others - {"hikyaku"}}
    refused = (modules | {SERVICES[other] for other in SERVICES if other != service} | {"standalone"}) - {"uvicorn"}
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, SERVICES[service], ",".join(sorted(refused))],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path("/"),
    )
    assert result.returncode == 0, result.stderr


def test_every_package_is_shipped() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    shipped = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert {ROOT / path for path in shipped} == set(PACKAGES.values())
