"""Header rules: how they are stored, and all of them at hand in every replica."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import structlog
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import ColumnElement, RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db.changes import ChangeFeed
from mailcore.db.database import Database
from mailcore.db.live_rules import LiveRules, rules_of
from mailcore.db.ordered_kind import OrderedKind
from mailcore.db.rule_references import stored_actions, stored_scope
from mailcore.db.tables import header_rule
from mailcore.directory.header_rule import HeaderRule, HeaderRuleFields
from mailcore.directory.rule_action import RuleActions
from mailcore.directory.rule_condition import Conditions

ENTITY = "header_rule"
"""What the change log and the audit log call them."""

_ALL = select(*(header_rule.c[name] for name in HeaderRule.model_fields)).order_by(
    header_rule.c.position, header_rule.c.id
)
_CONDITIONS: TypeAdapter[Conditions] = TypeAdapter(Conditions)
_ACTIONS: TypeAdapter[RuleActions] = TypeAdapter(RuleActions)

Built = TypeVar("Built")

log = structlog.get_logger(__name__)


class HeaderRuleKind(OrderedKind[HeaderRuleFields, HeaderRule]):
    """Header rules. Whose mail they are about, and whom they send to, must be here when they are written."""

    def __init__(self) -> None:
        super().__init__(ENTITY, header_rule, HeaderRuleFields, HeaderRule)
        self.unique = "name"

    def searched(self) -> ColumnElement[str]:
        """Search in the names and scopes."""
        return header_rule.c.name.concat(" ").concat(header_rule.c.scope)

    async def columns(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Turn conditions and actions into JSON."""
        columns = dict(given)
        if "when" in columns:
            columns["when"] = _CONDITIONS.dump_python(columns["when"], mode="json")
        if "actions" in columns:
            columns["actions"] = _ACTIONS.dump_python(columns["actions"], mode="json")
        return columns

    async def complete(self, connection: AsyncConnection, columns: dict[str, Any]) -> dict[str, Any]:
        """Look up scope and addresses, and make room."""
        return await super().complete(connection, await _checked(connection, columns))

    async def adjust(self, connection: AsyncConnection, row: RowMapping, changed: dict[str, Any]) -> dict[str, Any]:
        """Look up a new scope and new addresses, and make room."""
        return await super().adjust(connection, row, await _checked(connection, changed))


async def _checked(connection: AsyncConnection, columns: dict[str, Any]) -> dict[str, Any]:
    checked = dict(columns)
    if "scope" in columns:
        checked["scope"] = await stored_scope(connection, columns["scope"])
    if "actions" in columns:
        checked["actions"] = await stored_actions(connection, columns["actions"])
    return checked


class LiveHeaderRules(LiveRules[HeaderRule, Built]):
    """What is built of all header rules, in their order."""

    def __init__(self, database: Database, feed: ChangeFeed, build: Callable[[Sequence[HeaderRule]], Built]) -> None:
        """`build` may take its time: it runs in a thread."""
        super().__init__(database, feed, build, entity=ENTITY, query=_ALL, rule_of=_rule_of)


async def read_header_rules(connection: AsyncConnection) -> list[HeaderRule]:
    """Give all rules in their order, enabled or not. What no longer validates is logged and left out."""
    return list(rules_of((await connection.execute(_ALL)).mappings(), _rule_of))


def _rule_of(row: RowMapping) -> HeaderRule | None:
    try:
        return HeaderRule.model_validate(dict(row))
    except ValidationError:
        log.exception("stored_header_rule_ignored", rule=row["id"])
        return None
