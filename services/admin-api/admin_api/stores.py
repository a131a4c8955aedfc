"""What the endpoints work on, made once by `app` and handed to each that asks for `Parts`."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from secrets import token_bytes
from time import time
from typing import Annotated, Self

from fastapi import Depends, Request
from prometheus_client import CollectorRegistry

from admin_api.archived_posts import ArchivedPosts
from admin_api.dead_letters import DeadLetters
from admin_api.dkim_publication import DkimPublications
from admin_api.gateways import gateways_of
from admin_api.held_posts import HeldPosts
from admin_api.list_requests import ListRequests
from admin_api.rule_sample import Sample, TrialResult
from admin_api.rule_trial import try_rules
from admin_api.trash import Trash
from mailcore.addon_limits import AddonLimits
from mailcore.db.access_rules import AccessRuleKind
from mailcore.db.addons import AddonKind
from mailcore.db.audit_log import AuditLog
from mailcore.db.autoreply_store import AutoreplyStore
from mailcore.db.dkim_keys import DkimKeyStore
from mailcore.db.entity_store import EntityStore
from mailcore.db.header_rules import HeaderRuleKind
from mailcore.db.job_list import JobList
from mailcore.db.job_orders import JobOrders
from mailcore.db.kinds import AccountKind, AliasKind, DomainKind
from mailcore.db.list_store import ListStore
from mailcore.db.list_templates import TemplateStore
from mailcore.db.local_addresses import LocalAddresses
from mailcore.db.settings_store import SettingsStore
from mailcore.db.standing_orders import ForwardKind
from mailcore.db.tls_results import TlsResultList
from mailcore.db.tokens import TokenStore
from mailcore.db.trace_reader import TraceReader
from mailcore.directory.access_rule import AccessRule, AccessRuleFields
from mailcore.directory.account import Account, AccountFields
from mailcore.directory.addon import Addon, AddonFields
from mailcore.directory.alias import Alias, AliasFields
from mailcore.directory.domain import Domain, DomainFields
from mailcore.directory.forward import Forward, ForwardFields
from mailcore.directory.header_rule import HeaderRule, HeaderRuleFields
from mailcore.directory.mailing_list import MailingList
from mailcore.dns.resolver import CachingResolver
from mailcore.dns.servers import servers_of
from mailcore.health import Check
from mailcore.passwords import Passwords
from mailcore.platform import Platform


@dataclass(frozen=True)
class Stores:
    """Everything that can be read or changed over REST, and what its health depends on."""

    domains: EntityStore[DomainFields, Domain]
    dkim_keys: Callable[[Domain], DkimKeyStore]
    """Those of a domain."""
    insisted_dkim_keys: Callable[[Domain], DkimKeyStore]
    """The same, where an operator insists on what would be refused."""
    dkim_publications: DkimPublications
    accounts: EntityStore[AccountFields, Account]
    aliases: EntityStore[AliasFields, Alias]
    forwards: Callable[[Account], EntityStore[ForwardFields, Forward]]
    """Those of an account."""
    autoreply: Callable[[Account], AutoreplyStore]
    """That of an account."""
    lists: ListStore
    list_requests: ListRequests
    held_posts: HeldPosts
    archived_posts: ArchivedPosts
    list_templates: Callable[[MailingList], TemplateStore]
    """Those of a list."""
    addresses: LocalAddresses
    access_rules: EntityStore[AccessRuleFields, AccessRule]
    header_rules: EntityStore[HeaderRuleFields, HeaderRule]
    addons: EntityStore[AddonFields, Addon]
    try_rules: Callable[[Sample], Awaitable[TrialResult]]
    """Says what header rules would do with a message."""
    insisted_access_rules: EntityStore[AccessRuleFields, AccessRule]
    """The same, where an operator insists on what would be refused."""
    settings: SettingsStore
    traces: TraceReader
    jobs: JobList
    job_orders: JobOrders
    dead_letters: DeadLetters
    trash: Trash
    tokens: TokenStore
    audit: AuditLog
    tls_results: TlsResultList
    checks: Mapping[str, Check]
    registry: CollectorRegistry

    @classmethod
    def of(cls, platform: Platform, passwords: Passwords) -> Self:
        """Make them on the parts of `platform`."""
        database = platform.database
        publications = DkimPublications(lambda: CachingResolver(servers_of(platform.environment.dns_servers)))
        return cls(
            domains=EntityStore(database, DomainKind()),
            dkim_keys=partial(DkimKeyStore, database, platform.seal, publications.look),
            insisted_dkim_keys=partial(DkimKeyStore, database, platform.seal, None),
            dkim_publications=publications,
            accounts=EntityStore(database, AccountKind(passwords)),
            aliases=EntityStore(database, AliasKind()),
            forwards=lambda owner: EntityStore(database, ForwardKind(owner)),
            autoreply=partial(AutoreplyStore, database),
            lists=ListStore(database, passwords),
            list_requests=ListRequests(database, platform.list_tokens, platform.tracer, clock=time, chance=token_bytes),
            held_posts=HeldPosts(database, platform.content, platform.list_tokens, platform.tracer, clock=time),
            archived_posts=ArchivedPosts(database, platform.content, time),
            list_templates=partial(TemplateStore, database),
            addresses=LocalAddresses(database),
            access_rules=EntityStore(database, AccessRuleKind(gateways_of(platform.environment))),
            header_rules=EntityStore(database, HeaderRuleKind()),
            addons=EntityStore(database, AddonKind(AddonLimits.of(platform.environment))),
            try_rules=partial(try_rules, database),
            insisted_access_rules=EntityStore(database, AccessRuleKind()),
            settings=SettingsStore(database, platform.seal),
            traces=TraceReader(database),
            jobs=JobList(database),
            job_orders=JobOrders(database, platform.tracer),
            dead_letters=DeadLetters(database, platform.bus, time),
            trash=Trash(database, platform.bus, platform.content, time),
            tokens=TokenStore(database),
            audit=AuditLog(database),
            tls_results=TlsResultList(database),
            checks=platform.checks,
            registry=platform.metrics.registry,
        )


def _stores(request: Request) -> Stores:
    stores: Stores = request.app.state.stores
    return stores


Parts = Annotated[Stores, Depends(_stores)]
"""The parameter of an endpoint by which it reaches the stores."""
