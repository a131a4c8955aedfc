"""Access rules: how they are stored, and all of them at hand in every replica."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import TypeVar

import structlog
from sqlalchemy import ColumnElement, RowMapping, select

from mailcore.db.changes import ChangeFeed
from mailcore.db.database import Database
from mailcore.db.live_rules import LiveRules
from mailcore.db.ordered_kind import OrderedKind
from mailcore.db.tables import access_rule
from mailcore.directory.access_rule import AccessRule, AccessRuleFields, ReadyRule
from mailcore.directory.client_match import HostSuffix, address_number, parse_match
from mailcore.errors import Invalid, Problem

ENTITY = "access_rule"
"""What the change log and the audit log call them."""

_ALL = select(access_rule.c.id, access_rule.c.kind, access_rule.c.match, access_rule.c.expires_at).order_by(
    access_rule.c.position, access_rule.c.id
)

Built = TypeVar("Built")

log = structlog.get_logger(__name__)


class AccessRuleKind(OrderedKind[AccessRuleFields, AccessRule]):
    """Access rules. Those that would open the relay to the world behind a gateway are refused."""

    def __init__(self, gateways: Collection[str] = ()) -> None:
        """`gateways`: addresses that every client may seem to come from; no relay or pass rule may match one."""
        super().__init__(ENTITY, access_rule, AccessRuleFields, AccessRule)
        self.unique = "kind and match"
        self._gateways = {gateway: address_number(gateway) for gateway in gateways}

    def searched(self) -> ColumnElement[str]:
        """Search in what they match and in the comments."""
        return access_rule.c.match.concat(" ").concat(access_rule.c.comment)

    def check(self, fields: AccessRuleFields, changed: Collection[str]) -> None:
        """Refuse a rule that vouches for a gateway. One that was forced may change otherwise."""
        match = parse_match(fields.match)
        if fields.kind == "ban" or isinstance(match, HostSuffix) or not {"kind", "match"}.intersection(changed):
            return
        for gateway, (version, number) in self._gateways.items():
            if match.covers(version, number):
                raise Invalid(
                    Problem(
                        ("match",),
                        f"{fields.match} covers {gateway}, the gateway of this network: behind the proxy of a "
                        "container engine every client seems to come from there, and this rule would hold for all of "
                        "them; have ingress see the addresses of its clients, or insist with ?force=true",
                    )
                )


class LiveAccessRules(LiveRules[ReadyRule, Built]):
    """What is built of all access rules, in their order."""

    def __init__(self, database: Database, feed: ChangeFeed, build: Callable[[Sequence[ReadyRule]], Built]) -> None:
        """`build` may take its time: it runs in a thread."""
        super().__init__(database, feed, build, entity=ENTITY, query=_ALL, rule_of=_rule_of)


def _rule_of(row: RowMapping) -> ReadyRule | None:
    expires_at: datetime | None = row["expires_at"]
    try:
        match = parse_match(row["match"])
    except ValueError:
        log.exception("stored_access_rule_ignored", rule=row["id"])
        return None
    return ReadyRule(row["id"], row["kind"], match, None if expires_at is None else expires_at.timestamp())
