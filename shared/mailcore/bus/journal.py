"""The SQLite file of the embedded bus, and the one thread that touches it.

Used by `embedded`. Every write that arrives while a transaction is being made durable goes into the next one.
"""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from mailcore.bus.letter import Letter
from mailcore.errors import BusAway, BusFull

_SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE IF NOT EXISTS letter (
    number INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice, so that it is the order of publishing
    queue TEXT NOT NULL,
    id TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    body BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS letter_queue ON letter (queue, number);
"""

_MOST_AT_ONCE = 512
_BUSY_SECONDS = 5.0

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Stored:
    """A letter with its place in the file."""

    number: int
    letter: Letter


@dataclass(slots=True)
class _Order(Generic[Result]):
    """Something to be done inside the next transaction, and who waits for it."""

    work: Callable[[sqlite3.Connection], Result]
    future: "asyncio.Future[Result]"
    committed: "Callable[[Result], None] | None"
    """Told the result even when nobody waits for it any more."""
    outcome: "Result | Exception | None" = None


class Journal:
    """Durable rows. Every method returns when its transaction is on the disk; raises BusAway when it cannot be."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._loop = asyncio.get_running_loop()
        self.closed = False
        """Whether nothing more can be ordered."""
        self._orders: queue.SimpleQueue[_Order[Any] | None] = queue.SimpleQueue()
        # A daemon: a process that ends without closing the bus must not hang; what was answered is on the disk.
        self._thread = threading.Thread(target=self._serve, name="bus journal", daemon=True)
        self._thread.start()

    async def insert(self, queue_name: str, letter: Letter, committed: Callable[[Stored], None]) -> None:
        """Append `letter`. `committed` is told its place, in the order of the places, even if the caller is gone."""
        await self._do(lambda connection: _insert(connection, queue_name, letter), committed)

    async def delete(self, number: int, committed: Callable[[bool], None]) -> None:
        """Remove the letter `number`. `committed` is told whether it was there, even if the caller is gone."""
        await self._do(lambda connection: _delete(connection, number), committed)

    async def read(self, queue_name: str, after: int, most_letters: int, most_octets: int) -> list[Stored]:
        """Give the letters of a queue behind the number `after` in order, as many as fit, at least one if any."""
        return await self._do(lambda connection: _read(connection, queue_name, after, most_letters, most_octets))

    async def counts(self) -> tuple[dict[str, int], int]:
        """Give how many letters each queue has, and the highest number given so far."""
        return await self._do(_counts)

    async def touch(self) -> None:
        """Write something that changes nothing, to see whether the disk takes it."""
        await self._do(_touch)

    async def close(self) -> None:
        """Do what was ordered, then close the file."""
        self.closed = True
        self._orders.put(None)
        await asyncio.to_thread(self._thread.join)

    async def _do(
        self, work: Callable[[sqlite3.Connection], Result], committed: Callable[[Result], None] | None = None
    ) -> Result:
        if self.closed:
            raise BusAway(f"the queue file {self._path} is closed")
        future: asyncio.Future[Result] = self._loop.create_future()
        self._orders.put(_Order(work, future, committed))
        return await future

    def _serve(self) -> None:
        """Run in the thread: one transaction after the other, each with everything that was ordered meanwhile."""
        connection: sqlite3.Connection | None = None
        closing = False
        while not closing:
            orders, closing = self._collect()
            if not orders:
                continue
            try:
                connection = connection or _connect(self._path)
                _transact(connection, orders)
            except Exception as error:  # noqa: BLE001 - whatever it is, who waits must hear of it, and the thread goes on
                for order in orders:
                    order.outcome = _away(f"the queue file {self._path}: {error}", error)
                _discard(connection)
                connection = None
            self._loop.call_soon_threadsafe(_answer, orders)
        if connection is not None:
            connection.close()

    def _collect(self) -> tuple[list[_Order[Any]], bool]:
        """Wait for an order; give it with those behind it, and whether the end was among them."""
        orders: list[_Order[Any]] = []
        order = self._orders.get()
        while order is not None:
            orders.append(order)
            if len(orders) == _MOST_AT_ONCE:
                return orders, False
            try:
                order = self._orders.get_nowait()
            except queue.Empty:
                return orders, False
        return orders, True


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.executescript(_SCHEMA)
    return connection


def _away(reason: str, error: Exception) -> BusAway:
    is_full = isinstance(error, sqlite3.Error) and error.sqlite_errorcode == sqlite3.SQLITE_FULL
    return BusFull(reason) if is_full else BusAway(reason)


def _discard(connection: sqlite3.Connection | None) -> None:
    """Close a connection after a failure: the next transaction starts with a new one."""
    if connection is not None:
        with suppress(sqlite3.Error):
            connection.close()


def _transact(connection: sqlite3.Connection, orders: Sequence[_Order[Any]]) -> None:
    """Do all of `orders` in one transaction. Raises sqlite3.Error when it could not be committed."""
    connection.execute("BEGIN IMMEDIATE")
    for order in orders:
        order.outcome = order.work(connection)
    connection.execute("COMMIT")


def _answer(orders: Sequence[_Order[Any]]) -> None:
    """Run in the event loop, in the order of the transactions."""
    for order in orders:
        outcome = order.outcome
        if isinstance(outcome, Exception):
            if not order.future.done():
                order.future.set_exception(outcome)
            continue
        if order.committed is not None:
            order.committed(outcome)
        if not order.future.done():
            order.future.set_result(outcome)


def _insert(connection: sqlite3.Connection, queue_name: str, letter: Letter) -> Stored:
    statement = "INSERT INTO letter (queue, id, attempt, body) VALUES (?, ?, ?, ?)"
    number = connection.execute(statement, (queue_name, letter.id, letter.attempt, letter.body)).lastrowid
    if number is None:
        raise sqlite3.InternalError("no row number")
    return Stored(number, letter)


def _delete(connection: sqlite3.Connection, number: int) -> bool:
    return connection.execute("DELETE FROM letter WHERE number = ?", (number,)).rowcount > 0


def _read(connection: sqlite3.Connection, queue_name: str, after: int, letters: int, octets: int) -> list[Stored]:
    statement = "SELECT number, id, attempt, body FROM letter WHERE queue = ? AND number > ? ORDER BY number"
    found: list[Stored] = []
    for number, identity, attempt, body in connection.execute(statement, (queue_name, after)):
        found.append(Stored(number, Letter(identity, attempt, body)))
        octets -= len(body)
        if octets <= 0 or len(found) == letters:
            break
    return found


def _counts(connection: sqlite3.Connection) -> tuple[dict[str, int], int]:
    counts = dict(connection.execute("SELECT queue, count(*) FROM letter GROUP BY queue"))
    highest = connection.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'letter'").fetchone()
    return counts, int(highest[0])


def _touch(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA user_version = 1")
