"""What the handler is built on, put together by `app`."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from ingress.gather.usage import UsageSource
from ingress.logins import Logins
from ingress.reentries import Reentries
from mailcore.bus.interface import Bus
from mailcore.content.interface import ContentStore
from mailcore.db.database import Database
from mailcore.db.login_failures import LoginFailures
from mailcore.db.send_rate import SendRate
from mailcore.db.settings_store import Snapshot
from mailcore.directory.lookup import SessionDirectory
from mailcore.dns.interface import Resolver
from mailcore.metrics import Metrics
from mailcore.trace import Tracer
from maildecide.message.rules.compiled import HeaderRules
from maildecide.session.access import AccessRules


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that the handler asks, tells or reads the time from."""

    hostname: str
    access_rules: Callable[[], AccessRules]
    """Gives the access rules as they are now."""
    header_rules: Callable[[], HeaderRules]
    """Gives the header rules as they are now."""
    snapshot: Callable[[], Snapshot]
    """Gives the settings as they are now."""
    is_fresh: Callable[[], bool]
    """Whether changes have been heard of lately enough to answer by what is known."""
    directory: SessionDirectory
    logins: Logins
    reentries: Reentries
    login_failures: LoginFailures
    usage: UsageSource
    send_rate: SendRate
    database: Database
    bus: Bus
    content: ContentStore
    resolver: Resolver
    tracer: Tracer
    metrics: Metrics
    now: Callable[[], float]
    """Gives the seconds since the epoch."""
    new_id: Callable[[float], UUID]
    """Makes the id of a message from the time."""
