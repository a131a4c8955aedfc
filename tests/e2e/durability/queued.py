"""How many messages are on the bus, those in hand included, by asking what carries it."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.parts import RabbitMQ

from mailcore.bus.topology import INCOMING


def queued_in_file(data_dir: Path) -> Callable[[], int]:
    """Count in the queue file of the embedded bus."""

    def count() -> int:
        with closing(sqlite3.connect(data_dir / "bus.sqlite3", timeout=10)) as connection:
            (rows,) = connection.execute("SELECT count(*) FROM letter WHERE queue = ?", (INCOMING,)).fetchone()
        return int(rows)

    return count


def queued_on_broker(broker: RabbitMQ) -> Callable[[], int]:
    """Count on a broker of our own."""

    def count() -> int:
        lines = broker.control("list_queues", "name", "messages", "--no-table-headers").splitlines()
        counts = {name: int(messages) for name, messages in (line.split() for line in lines)}
        return counts[INCOMING]

    return count
