"""What the REST API may ask for: programs and hooks that the deployment allows, and nothing else."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.integration.processor.addon_office import Office, opened
from tests.integration.processor.conftest import Mailroom


@pytest.fixture
async def office(embedded_room: Mailroom, tmp_path: Path) -> AsyncIterator[Office]:
    async with opened(embedded_room, tmp_path / "addons") as opened_office:
        yield opened_office


@pytest.mark.parametrize(
    ("fields", "where", "says"),
    [
        ({"command": ["../../bin/sh"]}, ["command", 0], "not below ADDONS_DIR"),
        ({"command": ["/bin/sh", "-c", "id"]}, ["command", 0], "not below ADDONS_DIR"),
        ({"command": ["missing"]}, ["command", 0], "there is no program"),
        ({"command": ["plain"]}, ["command", 0], "not executable"),
        ({"command": ["outside"]}, ["command", 0], "not below ADDONS_DIR"),
        ({"command": []}, ["command"], "at least 1"),
        ({"url": "http://127.0.0.1/"}, ["url"], "no host that hooks may be at"),
        ({"url": "file:///etc/passwd"}, ["url"], "http or https"),
        ({"command": ["pass"], "url": "http://hooks.test/"}, [], "one of both"),
        ({}, [], "one of both"),
        ({"command": ["pass"], "scope": "nobody@example.com"}, ["scope"], "no account"),
        ({"command": ["pass"], "scope": "unknown:example.org"}, ["scope"], "no managed domain"),
    ],
)
async def test_what_rest_may_not_ask_for(
    office: Office, fields: dict[str, Any], where: list[str | int], says: str
) -> None:
    (office.directory / "plain").write_text("#!/bin/sh\n")
    (office.directory / "outside").symlink_to("/bin/sh")
    answer = await office.api.post("/addons", json={"name": "x", **fields})
    assert answer.status_code == 422, answer.text
    told = answer.json()["errors"][0]
    assert (told["loc"][-len(where) :] if where else []) == where
    assert says in told["msg"]
