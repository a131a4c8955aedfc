"""Campaigns from the ground up, on servers that nobody else uses: they are killed."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tests.e2e.durability.campaign import Plan, Report, run_campaign
from tests.e2e.durability.queued import queued_in_file, queued_on_broker
from tests.e2e.forms import SharedParts, separate, standalone
from tests.parts import PostgreSQL, RabbitMQ

from mailcore.db.migrate import migrate


def run_standalone(directory: Path, plan: Plan) -> Report:
    """Run a campaign against the standalone form with its data below `directory`."""
    # Each blow takes all of it away, and it needs a while to start.
    plan = replace(plan, every=2 * plan.every)
    with standalone(directory) as form:
        return asyncio.run(run_campaign(form, [], queued_in_file(form.data_dir), plan))


def run_separate(directory: Path, plan: Plan) -> Report:
    """Run a campaign against separate services with their data below `directory`."""
    with PostgreSQL() as postgres, RabbitMQ() as rabbitmq:
        asyncio.run(migrate(postgres.url))
        with separate(directory, SharedParts(rabbitmq.url, postgres.url)) as form:
            return asyncio.run(run_campaign(form, [rabbitmq, postgres], queued_on_broker(rabbitmq), plan))


RUNS: dict[str, Callable[[Path, Plan], Report]] = {"standalone": run_standalone, "separate": run_separate}
"""By the names of the forms."""
