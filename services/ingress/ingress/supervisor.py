"""Several worker processes on the same ports: the supervisor binds once, and keeps the workers running.

The listening sockets stay open in the supervisor for as long as it runs, so that connections wait in the accept queue
while a worker is started again, and are never refused. It serves no session itself; the health port is its own, with
the metrics of all workers as one page.
"""

import asyncio
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack

import structlog

from ingress.certificates import LiveCertificate, certificate_files
from ingress.child import Child
from ingress.listeners import bound, close_all
from ingress.worker_metrics import worker_metrics
from mailcore.db.database import Database
from mailcore.environment import Environment
from mailcore.errors import MailError
from mailcore.health import serve_health
from mailcore.http import port_of
from mailcore.platform import database_url, make_data_dir, open_bus
from mailcore.ready_line import ready_line

KILL_AFTER = 15.0
"""Seconds beyond the grace until a worker that does not end is killed: what is handed over ends within 12."""

log = structlog.get_logger(__name__)


class WorkersNotReady(MailError):  # noqa: N818 - reads as what is the case
    """Not all workers serve sessions."""


async def supervise(environment: Environment, variables: Mapping[str, str], stop: asyncio.Event) -> None:
    """Keep INGRESS_PROCESSES workers running until `stop` is set, then have them finish what they have begun.

    `variables` are those that the workers' own environment is read from. Prints the `ready` line once all workers
    serve. Raises ConfigurationError when ports, certificate or workers cannot be had as configured.
    """
    make_data_dir(environment.data_dir)
    # The workers use the same files: what is wrong with them is said once, and what is missing is made once.
    LiveCertificate(certificate_files(environment, time.time()))
    async with AsyncExitStack() as stack:
        sockets = stack.enter_context(bound(environment))
        metrics = stack.enter_context(worker_metrics())
        database = await Database.open(database_url(environment))
        stack.push_async_callback(database.close)
        bus = await open_bus(environment)
        stack.push_async_callback(bus.close)
        children = [
            Child(number, sockets, {**variables, **metrics.variables}, on_death=metrics.forget)
            for number in range(1, environment.ingress_processes + 1)
        ]

        async def workers_ready() -> None:
            if waiting := [str(child.number) for child in children if not child.is_ready]:
                raise WorkersNotReady(f"not serving yet: worker {', '.join(waiting)}")

        checks = {"database": database.check, "bus": bus.check, "workers": workers_ready}
        health = await serve_health(
            host=environment.bind, port=environment.health_port, checks=checks, registry=metrics.registry
        )
        stack.push_async_callback(health.stop, 1.0)
        ports = {name: port_of(listener) for name, listener in sockets.items()} | {"health": health.port}
        announcing = asyncio.create_task(_announce(children, ready_line(environment.bind, ports)))
        try:
            await _run(children, sockets, stop, environment.stop_grace_seconds)
        finally:
            announcing.cancel()


async def _run(
    children: Sequence[Child], sockets: Mapping[str, socket.socket], stop: asyncio.Event, grace: float
) -> None:
    """Run the workers to their end; from `stop` on nothing listens any more."""
    stopping = asyncio.create_task(stop.wait())
    running = [asyncio.create_task(child.keep_running(), name=f"worker:{child.number}") for child in children]
    try:
        # A worker's task ends before `stop` only with an error.
        await asyncio.wait({stopping, *running}, return_when=asyncio.FIRST_COMPLETED)
        for child in children:
            child.terminate()
        close_all(sockets)
        _, late = await asyncio.wait(running, timeout=grace + KILL_AFTER)
        if late:
            log.error("workers do not end, killing them", workers=len(late))
    finally:
        stopping.cancel()
        for child in children:
            child.kill()
    await asyncio.gather(*running)


async def _announce(children: Sequence[Child], ready: str) -> None:
    """Print the `ready` line once all workers serve."""
    for child in children:
        await child.first_ready.wait()
    sys.stdout.write(ready)
    sys.stdout.flush()
