"""One project for all tests here: built, brought up once, and removed with its volumes whatever happens."""

import re
from collections.abc import Callable, Iterator

import httpx
import pytest
from tests.compose.engine import require_engine
from tests.compose.project import Project

HOST = "127.0.0.1"
DOMAIN = "example.com"
PASSWORD = "correct horse battery staple"
LOG_LINES = 200

MakeAccount = Callable[[str], str]


@pytest.fixture(scope="package")
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Give the running project; when a test failed, what its services logged is printed before it is removed."""
    require_engine()
    addons = tmp_path_factory.mktemp("addons")
    # It is another user who reads it there.
    addons.chmod(0o755)
    project = Project(addons=addons)
    failed_before = request.session.testsfailed
    try:
        project.run("build", seconds=600)
        project.up()
        yield project
    except BaseException:
        print(project.run("logs", "--no-color", f"--tail={LOG_LINES}"))
        raise
    finally:
        if request.session.testsfailed > failed_before:
            print(project.run("logs", "--no-color", f"--tail={LOG_LINES}"))
        project.remove()


@pytest.fixture(scope="package")
def token(project: Project) -> str:
    """Give the first token of the REST API, which is printed once in its log."""
    log = project.logs("admin-api")
    found = re.findall(r"admin token: (\S+)", log)
    assert len(found) == 1, log
    return str(found[0])


@pytest.fixture(scope="package")
def api(project: Project, token: str) -> Iterator[httpx.Client]:
    """Give a client of the REST API that has the token, and a domain to make accounts in."""
    base = f"http://{HOST}:{project.ports['ADMIN']}/api/v1"
    with httpx.Client(base_url=base, headers={"authorization": f"Bearer {token}"}, timeout=30) as client:
        made = client.post("/domains", json={"name": DOMAIN})
        assert made.status_code == 201, made.text
        yield client


@pytest.fixture
def make_account(api: httpx.Client) -> MakeAccount:
    """Give a function that makes an account with PASSWORD by its local part, and gives its address."""

    def make(local_part: str) -> str:
        address = f"{local_part}@{DOMAIN}"
        made = api.post("/accounts", json={"address": address, "password": PASSWORD})
        assert made.status_code == 201, made.text
        return address

    return make
