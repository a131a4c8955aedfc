"""Rules that an operator writes in an order of their own, all of them at hand in every replica."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, TypeVar

from sqlalchemy import RowMapping, Select

from mailcore.db.changes import Change, ChangeFeed
from mailcore.db.database import Database

Rule = TypeVar("Rule")
Built = TypeVar("Built")


class LiveRules(Generic[Rule, Built]):
    """What is built of all rules of one entity; swapped whole within a second of every change."""

    def __init__(
        self,
        database: Database,
        feed: ChangeFeed,
        build: Callable[[Sequence[Rule]], Built],
        *,
        entity: str,
        query: Select[Any],
        rule_of: Callable[[RowMapping], Rule | None],
    ) -> None:
        """`query` gives the rows in their order, `rule_of` a row's rule; None: it no longer validates, and is left out.

        `build` may take its time: it runs in a thread.
        """
        self._database = database
        self._build = build
        self._entity = entity
        self._query = query
        self._rule_of = rule_of
        self._current = build(())
        feed.subscribe(self._hear)

    @property
    def current(self) -> Built:
        """What holds now."""
        return self._current

    async def start(self) -> None:
        """Read them for the first time; before that there are none. Raises DatabaseAway."""
        async with self._database.read() as connection:
            rows = (await connection.execute(self._query)).mappings().all()
        self._current = await asyncio.to_thread(lambda: self._build(list(rules_of(rows, self._rule_of))))

    async def _hear(self, changes: Sequence[Change]) -> None:
        if any(change.is_about(self._entity) for change in changes):
            await self.start()


def rules_of(rows: Iterable[RowMapping], rule_of: Callable[[RowMapping], Rule | None]) -> Iterable[Rule]:
    """Give the rules of the rows that have one."""
    return (rule for row in rows if (rule := rule_of(row)) is not None)
