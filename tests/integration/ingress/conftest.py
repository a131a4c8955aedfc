"""A running ingress for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.integration.ingress.running import Ingress, running


@pytest.fixture
async def ingress(tmp_path: Path) -> AsyncIterator[Ingress]:
    """Give a running ingress."""
    async with running(tmp_path) as one:
        yield one
