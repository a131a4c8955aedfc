"""The trace. Partitioned by day on PostgreSQL, so that old days are dropped whole."""

from sqlalchemy import JSON, Column, Index, Integer, PrimaryKeyConstraint, Table, Text, Uuid, func

from mailcore.db.column_types import Name, Number, Seconds
from mailcore.db.tables.schema import metadata

trace = Table(
    "trace",
    metadata,
    Column("at", Seconds, nullable=False),
    Column("id", Number, nullable=False),
    Column("message_id", Uuid, nullable=False),
    Column("service", Text, nullable=False),
    Column("client_ip", Name),
    Column("sender", Name),
    Column("header_message_id", Name),
    Column("outcome", Name, nullable=False),
    Column("settings_revision", Integer, nullable=False),
    Column("count", Integer, nullable=False),
    Column("events", JSON, nullable=False),
    PrimaryKeyConstraint("at", "id"),
    postgresql_partition_by="RANGE (at)",
)
Index("trace_message_id_index", trace.c.message_id, trace.c.at)
Index("trace_sender_index", func.lower(trace.c.sender), trace.c.at)
Index("trace_client_ip_index", trace.c.client_ip, trace.c.at)
Index("trace_header_message_id_index", trace.c.header_message_id)
Index("trace_outcome_index", trace.c.outcome, trace.c.at)

trace_recipient = Table(
    "trace_recipient",
    metadata,
    Column("at", Seconds, nullable=False),
    Column("message_id", Uuid, nullable=False),
    Column("service", Text, nullable=False),
    Column("address", Name, nullable=False),
    Column("outcome", Name, nullable=False),
    postgresql_partition_by="RANGE (at)",
)
Index("trace_recipient_at_index", trace_recipient.c.at)
Index("trace_recipient_message_id_index", trace_recipient.c.message_id, trace_recipient.c.at)
Index("trace_recipient_address_index", func.lower(trace_recipient.c.address), trace_recipient.c.at)
