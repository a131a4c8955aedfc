"""The forms, one fresh for each test that asks for one."""

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.forms import Form, SharedParts, separate, standalone

FORMS = ["standalone", pytest.param("separate", marks=pytest.mark.real)]


@pytest.fixture
def environment() -> dict[str, Any]:
    """Give further environment variables of the processes; tests that need some have their own."""
    return {}


@pytest.fixture
def standalone_form(tmp_path: Path, environment: dict[str, Any]) -> Iterator[Form]:
    """Run the standalone form."""
    with standalone(tmp_path, **environment) as form:
        yield form


@pytest.fixture
def shared_parts(rabbitmq_url: str, migrated_database: str) -> SharedParts:
    """Give a broker without queues and a database with empty tables."""
    return SharedParts(rabbitmq_url, migrated_database)


@pytest.fixture
def separate_form(tmp_path: Path, shared_parts: SharedParts, environment: dict[str, Any]) -> Iterator[Form]:
    """Run ingress with two processes, two processors and admin-api on RabbitMQ and PostgreSQL."""
    with separate(tmp_path, shared_parts, **environment) as form:
        yield form


@pytest.fixture(params=FORMS)
def form(request: pytest.FixtureRequest) -> Form:
    """Run each form."""
    given: Form = request.getfixturevalue(f"{request.param}_form")
    return given


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the processes said when a test failed."""
    report = yield
    for name in ("standalone_form", "separate_form"):
        given = getattr(item, "funcargs", {}).get(name)
        if isinstance(given, Form) and call.when == "call" and call.excinfo is not None:
            report.sections.append((f"logs of {given.name}", given.log()))
    return report
