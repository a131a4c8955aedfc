"""Every table, as the statements see it. How it came to be is in `migrations/`; a test holds the two together."""

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    false,
    func,
    text,
)

from mailcore.db.column_types import Instant, Name, Number, Seconds, Texts

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "uq": "%(table_name)s_%(column_0_name)s_key",
        "fk": "%(table_name)s_%(column_0_name)s_fk",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "ix": "%(table_name)s_%(column_0_name)s_index",
    }
)

# The directory: what an operator writes. `version` counts up with every change and makes the ETag.

domain = Table(
    "domain",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("name", Name, nullable=False, unique=True),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("catch_all_address", Name, index=True),
    Column("case_sensitive", Boolean, nullable=False, server_default=false()),
    sqlite_autoincrement=True,
)

account = Table(
    "account",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("address", Name, nullable=False, unique=True),
    Column("domain_id", Number, ForeignKey("domain.id", ondelete="RESTRICT"), nullable=False, index=True),
    Column("password_hash", Text),
    Column("enabled", Boolean, nullable=False),
    Column("mailbox", Name, nullable=False, unique=True),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("quota_bytes", Number),
    Column("quota_messages", Number),
    Column("max_receive_size", Number),
    Column("cancel_list", Texts, nullable=False, server_default=text("'[]'")),
    sqlite_autoincrement=True,
)

alias = Table(
    "alias",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("address", Name, nullable=False, unique=True),
    Column("domain_id", Number, ForeignKey("domain.id", ondelete="RESTRICT"), nullable=False, index=True),
    Column("to", Texts, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)

# An address is one thing only, whichever table has it: see `taken_addresses.py`.
taken_address = Table(
    "taken_address",
    metadata,
    Column("address", Name, primary_key=True),
    Column("entity", Text, nullable=False),
)

# Small counters that replicas share. Whoever writes one says in its module when it is removed.

mailbox_usage = Table(
    "mailbox_usage",
    metadata,
    Column("mailbox", Name, primary_key=True),
    Column("bytes", Number, nullable=False),
    Column("messages", Number, nullable=False),
    Column("at", Seconds, nullable=False, index=True),
)

send_count = Table(
    "send_count",
    metadata,
    Column("account", Name, nullable=False),
    Column("bucket", Integer, nullable=False, index=True),
    Column("count", Integer, nullable=False),
    PrimaryKeyConstraint("account", "bucket"),
)

login_failure = Table(
    "login_failure",
    metadata,
    Column("scope", Name, nullable=False),
    Column("bucket", Integer, nullable=False, index=True),
    Column("count", Integer, nullable=False),
    PrimaryKeyConstraint("scope", "bucket"),
)

login_network = Table(
    "login_network",
    metadata,
    Column("account", Name, nullable=False),
    Column("network", Name, nullable=False),
    Column("at", Seconds, nullable=False, index=True),
    PrimaryKeyConstraint("account", "network"),
)

access_rule = Table(
    "access_rule",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("position", Integer, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("match", Name, nullable=False),
    Column("comment", Text, nullable=False),
    Column("expires_at", Instant),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Index("access_rule_kind_match_key", "kind", "match", unique=True),
    sqlite_autoincrement=True,
)

# Settings, changes, and who made them

setting_revision = Table(
    "setting_revision",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("author", Text, nullable=False),
    Column("changes", JSON, nullable=False),
    Column("overrides", JSON, nullable=False),
)

change_counter = Table(
    "change_counter",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", Number, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

change_log = Table(
    "change_log",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("entity", Text, nullable=False),
    Column("key", Text, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("author", Name, nullable=False),
    Column("action", Text, nullable=False),
    Column("entity", Name, nullable=False),
    Column("key", Name, nullable=False),
    Column("before", JSON(none_as_null=True)),
    Column("after", JSON(none_as_null=True)),
    Index("audit_entity_index", "entity", "key", "id"),
    Index("audit_author_index", "author", "id"),
    sqlite_autoincrement=True,
)

token = Table(
    "token",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("name", Name, nullable=False, unique=True),
    Column("hash", Text, nullable=False, unique=True),
    Column("scopes", JSON, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("last_used_at", Instant),
    sqlite_autoincrement=True,
)

# The trace. Partitioned by day on PostgreSQL, so that old days are dropped whole.

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

# Work that must outlive an acknowledgement

delivery_job = Table(
    "delivery_job",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("destination", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("not_before", Seconds, nullable=False),
    Column("lease_until", Seconds),
    Column("owner", Text),
    Column("message_id", Text, nullable=False, index=True),
    Column("payload", LargeBinary, nullable=False),
    Column("content", Text),
    Column("created_at", Seconds, nullable=False),
    Column("last_error", Text),
    CheckConstraint("kind IN ('outbound', 'local', 'addon', 'self')", name="kind"),
    CheckConstraint("state IN ('ready', 'leased', 'held')", name="state"),
)
_IS_READY = text("state = 'ready'")
_IS_LEASED = text("state = 'leased'")
Index("delivery_job_due_index", delivery_job.c.not_before, sqlite_where=_IS_READY, postgresql_where=_IS_READY)
Index("delivery_job_lease_index", delivery_job.c.lease_until, sqlite_where=_IS_LEASED, postgresql_where=_IS_LEASED)

# What is known of a domain that mail goes to, while that differs from what is thought of one never heard of.
destination = Table(
    "destination",
    metadata,
    Column("name", Text, primary_key=True),
    Column("not_before", Seconds, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("slots", Integer, nullable=False),
    Column("last_error", Text, nullable=False),
    Column("at", Seconds, nullable=False, index=True),
)

# Jobs that are done, for as long as the message that they came of may be processed again.
finished_job = Table(
    "finished_job",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", Seconds, nullable=False, index=True),
)

dsn_count = Table(
    "dsn_count",
    metadata,
    Column("address", Name, nullable=False),
    Column("bucket", Integer, nullable=False, index=True),
    Column("count", Integer, nullable=False),
    PrimaryKeyConstraint("address", "bucket"),
)

dead_letter = Table(
    "dead_letter",
    metadata,
    Column("id", Text, primary_key=True),
    Column("queue", Text, nullable=False),
    Column("message_id", Text),
    Column("body", LargeBinary, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Seconds, nullable=False),
)

trash = Table(
    "trash",
    metadata,
    Column("id", Text, primary_key=True),
    Column("message_id", Text, nullable=False),
    Column("at", Seconds, nullable=False),
    Column("reason", Text, nullable=False),
    Column("client_ip", Name, nullable=False),
    Column("sender", Name, nullable=False),
    Column("recipients", Texts, nullable=False),
    Column("size", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("content", Text),
    Column("emptied_at", Seconds, index=True),
    Index("trash_at_index", "at", "id"),
)

content_ref = Table(
    "content_ref",
    metadata,
    Column("content", Text, nullable=False),
    Column("holder", Text, nullable=False),
    Column("at", Seconds, nullable=False),
    PrimaryKeyConstraint("content", "holder"),
)
