"""What protects mail on its way to other servers, and what came of it."""

from sqlalchemy import Column, Index, Integer, Table, Text

from mailcore.db.column_types import Name, Number, Seconds
from mailcore.db.tables.schema import metadata

# MTA-STS policies as they were fetched; without a policy: that there was none, and when to ask again.
sts_policy = Table(
    "sts_policy",
    metadata,
    Column("domain", Name, primary_key=True),
    Column("policy_id", Text, nullable=False),
    Column("policy", Text, nullable=False),
    Column("fetched_at", Seconds, nullable=False),
    Column("expires_at", Seconds, nullable=False),
    Column("retry_at", Seconds, nullable=False),
    Column("last_error", Text, nullable=False),
    Column("at", Seconds, nullable=False, index=True),
)

# How often sessions with a domain's servers came under TLS as its policy wants it, and how often and why not.
tls_result = Table(
    "tls_result",
    metadata,
    Column("id", Name, primary_key=True),
    Column("day", Integer, nullable=False),
    Column("domain", Name, nullable=False),
    Column("policy_type", Text, nullable=False),
    Column("policy_string", Text, nullable=False),
    Column("mx_host", Text, nullable=False),
    Column("receiving_ip", Text, nullable=False),
    Column("sending_ip", Text, nullable=False),
    Column("result_type", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("count", Number, nullable=False),
)
Index("tls_result_day_index", tls_result.c.day, tls_result.c.domain, tls_result.c.id)
