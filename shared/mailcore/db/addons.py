"""Addons: how they are stored, and all of them at hand in every processor."""

from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeVar

import structlog
from pydantic import ValidationError
from sqlalchemy import ColumnElement, RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.addon_limits import AddonLimits
from mailcore.db.changes import ChangeFeed
from mailcore.db.database import Database
from mailcore.db.live_rules import LiveRules
from mailcore.db.ordered_kind import OrderedKind
from mailcore.db.rule_references import stored_scope
from mailcore.db.tables import addon
from mailcore.directory.addon import SERVER, UNKNOWN_USERS, Addon, AddonFields
from mailcore.errors import Invalid, Problem

ENTITY = "addon"
"""What the change log and the audit log call them."""

_ALL = select(*(addon.c[name] for name in Addon.model_fields)).order_by(addon.c.position, addon.c.id)

Built = TypeVar("Built")

log = structlog.get_logger(__name__)


class AddonKind(OrderedKind[AddonFields, Addon]):
    """Addons. What they run, and whose mail they get, must be allowed and here when they are written."""

    def __init__(self, limits: AddonLimits) -> None:
        super().__init__(ENTITY, addon, AddonFields, Addon)
        self.unique = "name"
        self._limits = limits

    def searched(self) -> ColumnElement[str]:
        """Search in the names and scopes."""
        return addon.c.name.concat(" ").concat(addon.c.scope)

    def check(self, fields: AddonFields, changed: Collection[str]) -> None:
        """Refuse a program or a hook that the deployment does not allow; one that is there may change otherwise."""
        if "command" in changed and fields.command is not None:
            _allowed(self._limits.program, fields.command[0], ("command", 0))
        if "url" in changed and fields.url is not None:
            _allowed(self._limits.url, fields.url, ("url",))

    async def complete(self, connection: AsyncConnection, columns: dict[str, Any]) -> dict[str, Any]:
        """Look up the scope, and make room."""
        return await super().complete(connection, await _checked(connection, columns))

    async def adjust(self, connection: AsyncConnection, row: RowMapping, changed: dict[str, Any]) -> dict[str, Any]:
        """Look up a new scope, and make room."""
        return await super().adjust(connection, row, await _checked(connection, changed))


class LiveAddons(LiveRules[Addon, Built]):
    """What is built of all addons, in their order."""

    def __init__(self, database: Database, feed: ChangeFeed, build: Callable[[Sequence[Addon]], Built]) -> None:
        """`build` may take its time: it runs in a thread."""
        super().__init__(database, feed, build, entity=ENTITY, query=_ALL, rule_of=_addon_of)


def _allowed(ask: Callable[[str], object], value: str, where: tuple[str | int, ...]) -> None:
    try:
        ask(value)
    except ValueError as error:
        raise Invalid(Problem(where, str(error))) from None


async def _checked(connection: AsyncConnection, columns: dict[str, Any]) -> dict[str, Any]:
    """Give the stored form of a scope. Raises Invalid when it is neither a managed domain nor an account."""
    scope = columns.get("scope", SERVER)
    if scope == SERVER:
        return columns
    owner = await stored_scope(connection, scope.removeprefix(UNKNOWN_USERS))
    return columns | {"scope": UNKNOWN_USERS * scope.startswith(UNKNOWN_USERS) + owner}


def _addon_of(row: RowMapping) -> Addon | None:
    try:
        return Addon.model_validate(dict(row))
    except ValidationError:
        log.exception("stored_addon_ignored", addon=row["id"])
        return None
