"""The metrics of all workers as one page, through files that they keep and the supervisor reads."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prometheus_client import CollectorRegistry
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead


class WorkerMetrics:
    """What the workers counted since the supervisor started; what a dead one counted stays in the sums."""

    def __init__(self, directory: Path) -> None:
        self.registry = CollectorRegistry()
        self.variables = {"PROMETHEUS_MULTIPROC_DIR": str(directory)}
        """What tells a worker where to keep its metrics; read when its interpreter starts."""
        self._directory = directory
        MultiProcessCollector(self.registry, path=str(directory))  # type: ignore[no-untyped-call]  # not typed there

    def forget(self, pid: int) -> None:
        """Count the dead worker's gauges, such as its open sessions, no more."""
        mark_process_dead(pid, path=str(self._directory))  # type: ignore[no-untyped-call]  # not typed there


@contextmanager
def worker_metrics() -> Iterator[WorkerMetrics]:
    """Have metrics that begin at zero, in a directory of their own that goes with the block."""
    with tempfile.TemporaryDirectory(prefix="ingress-metrics-") as directory:
        yield WorkerMetrics(Path(directory))
