"""What the endpoints work on, made once by `app` and handed to each that asks for `Parts`."""

from collections.abc import Mapping
from dataclasses import dataclass
from time import time
from typing import Annotated, Self

from fastapi import Depends, Request
from prometheus_client import CollectorRegistry

from admin_api.dead_letters import DeadLetters
from mailcore.db.audit_log import AuditLog
from mailcore.db.entity_store import EntityStore
from mailcore.db.job_list import JobList
from mailcore.db.kinds import AccountKind, DomainKind
from mailcore.db.settings_store import SettingsStore
from mailcore.db.tokens import TokenStore
from mailcore.db.trace_reader import TraceReader
from mailcore.directory.account import Account, AccountFields
from mailcore.directory.domain import Domain, DomainFields
from mailcore.health import Check
from mailcore.passwords import Passwords
from mailcore.platform import Platform


@dataclass(frozen=True)
class Stores:
    """Everything that can be read or changed over REST, and what its health depends on."""

    domains: EntityStore[DomainFields, Domain]
    accounts: EntityStore[AccountFields, Account]
    settings: SettingsStore
    traces: TraceReader
    jobs: JobList
    dead_letters: DeadLetters
    tokens: TokenStore
    audit: AuditLog
    checks: Mapping[str, Check]
    registry: CollectorRegistry

    @classmethod
    def of(cls, platform: Platform, passwords: Passwords) -> Self:
        """Make them on the parts of `platform`."""
        database = platform.database
        return cls(
            domains=EntityStore(database, DomainKind()),
            accounts=EntityStore(database, AccountKind(passwords)),
            settings=SettingsStore(database),
            traces=TraceReader(database),
            jobs=JobList(database),
            dead_letters=DeadLetters(database, platform.bus, time),
            tokens=TokenStore(database),
            audit=AuditLog(database),
            checks=platform.checks,
            registry=platform.metrics.registry,
        )


def _stores(request: Request) -> Stores:
    stores: Stores = request.app.state.stores
    return stores


Parts = Annotated[Stores, Depends(_stores)]
"""The parameter of an endpoint by which it reaches the stores."""
