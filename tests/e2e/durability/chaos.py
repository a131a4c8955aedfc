"""What kills, stops and freezes the processes of a form and the servers below it, at moments that a seed decides."""

import asyncio
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress

from tests.e2e.forms import Form, is_open
from tests.e2e.service import Service, wait_until
from tests.parts.server import Server

Blow = tuple[str, Callable[[], None]]
"""What to call it, and what does it: blocks, until what was hit runs again."""

_ABSENT_SECONDS = 1.5
_ORPHANS_END_SECONDS = 60.0


class Chaos:
    """Strikes the services of a form, and its servers, each in a row of its own."""

    def __init__(self, form: Form, servers: Sequence[Server], rng: random.Random, *, freeze_seconds: float) -> None:
        """`freeze_seconds`: the longest that anything is kept from running."""
        self._form = form
        self._rng = rng
        self._freeze_seconds = freeze_seconds
        self._blows = [blow for service in form.services.values() for blow in self._blows_for(service)]
        self._server_blows = [blow for server in servers for blow in self._blows_for_server(server)]
        self.struck: Counter[str] = Counter()
        """How often what was done."""
        self.died: list[str] = []
        """Services that ended without having been struck."""

    async def run(self, stop: asyncio.Event, *, every: float, servers_every: float) -> None:
        """Strike about `every` so many seconds until `stop` is set; return when all that was hit runs again."""
        rows = [self._strike(self._blows, every, stop)]
        if self._server_blows:
            rows.append(self._strike(self._server_blows, servers_every, stop))
        await asyncio.gather(*rows)
        self._revive()

    async def _strike(self, blows: list[Blow], every: float, stop: asyncio.Event) -> None:
        left: list[Blow] = []
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._rng.uniform(0.3, 1.7) * every):
                    await stop.wait()
            if stop.is_set():
                return
            if blows is self._blows:
                # By the row that ends services, which is not doing so now.
                self._revive()
            # In rounds, so that even a short campaign has some of everything.
            left = left or self._rng.sample(blows, len(blows))
            name, strike = left.pop()
            self.struck[name] += 1
            await asyncio.to_thread(strike)

    def _revive(self) -> None:
        """Start again what ended by itself, and remember it."""
        for service in self._form.services.values():
            if not service.running and service.process is not None and service.process.returncode >= 0:
                self.died.append(f"{service.name} ended with {service.process.returncode}:\n{service.log()}")
                service.launch()

    def _blows_for(self, service: Service) -> list[Blow]:
        blows: list[Blow] = [
            (f"kill {service.name}", lambda: self._absent(service, service.kill)),
            (f"stop {service.name}", lambda: self._absent(service, lambda: self._terminate(service))),
        ]
        if service.name == "ingress":
            blows.append(("kill a worker of ingress", lambda: self._kill_worker(service)))
            blows.append(("kill ingress but its workers", lambda: self._behead(service)))
        if service.name.startswith("processor"):
            blows.append((f"freeze {service.name}", lambda: self._freeze(service)))
        return blows

    def _blows_for_server(self, server: Server) -> list[Blow]:
        name = type(server).__name__
        return [
            (f"kill {name}", lambda: self._absent_server(server, server.kill)),
            (f"stop {name}", lambda: self._absent_server(server, server.stop)),
            (f"freeze {name}", lambda: self._freeze_server(server)),
        ]

    def _absent(self, service: Service, end: Callable[[], object]) -> None:
        end()
        time.sleep(self._rng.uniform(0, _ABSENT_SECONDS))
        service.launch()

    def _terminate(self, service: Service) -> None:
        # One that was launched a moment ago knows no SIGTERM yet.
        if (status := service.terminate()) not in {0, -signal.SIGTERM}:
            self.died.append(f"{service.name} was asked to stop and ended with {status}:\n{service.log()}")

    def _kill_worker(self, service: Service) -> None:
        if workers := service.children:
            with suppress(ProcessLookupError):
                os.kill(self._rng.choice(workers), signal.SIGKILL)

    def _behead(self, service: Service) -> None:
        """Kill the supervisor alone: its workers see that, finish what they have begun and leave the ports."""
        process = service.process
        if process is None or process.poll() is not None:
            return
        process.kill()
        process.wait()
        wait_until(
            lambda: not is_open(self._form.ports["smtp"]), _ORPHANS_END_SECONDS, what="the workers have left the ports"
        )
        service.launch()

    def _freeze(self, service: Service) -> None:
        if service.running:
            os.kill(service.pid, signal.SIGSTOP)
            time.sleep(self._rng.uniform(0, self._freeze_seconds))
            os.kill(service.pid, signal.SIGCONT)

    def _absent_server(self, server: Server, end: Callable[[], None]) -> None:
        end()
        time.sleep(self._rng.uniform(0, _ABSENT_SECONDS))
        server.start()

    def _freeze_server(self, server: Server) -> None:
        with server.frozen():
            time.sleep(self._rng.uniform(0, self._freeze_seconds))
