"""The first tables: directory, settings, changes, audit, tokens, traces, and work that outlives an ack."""

from alembic import op
from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    Uuid,
    text,
)

from mailcore.db.column_types import Instant, Name, Number, Seconds

revision = "0001"
down_revision = None

_DOVECOT_ACCOUNT = r"""
CREATE VIEW dovecot_account AS
SELECT address AS "user", '{ARGON2ID}' || password_hash AS password, mailbox
FROM account
WHERE enabled AND password_hash IS NOT NULL
"""
"""What Dovecot may know: it logs in with a role that can read this and nothing else."""

_GRANT_DOVECOT = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'dovecot') THEN
        GRANT SELECT ON dovecot_account TO dovecot;
    END IF;
END $$
"""


def upgrade() -> None:
    """Make everything."""
    _directory()
    _settings_and_changes()
    _audit_and_tokens()
    _trace()
    _work()
    if op.get_context().dialect.name == "postgresql":
        op.execute("CREATE TABLE trace_default PARTITION OF trace DEFAULT")
        op.execute("CREATE TABLE trace_recipient_default PARTITION OF trace_recipient DEFAULT")
        op.execute(_DOVECOT_ACCOUNT)
        op.execute(_GRANT_DOVECOT)


def _directory() -> None:
    op.create_table(
        "domain",
        Column("id", Number, primary_key=True, autoincrement=True),
        Column("name", Name, nullable=False, unique=True),
        Column("version", Integer, nullable=False),
        Column("created_at", Instant, nullable=False),
        Column("updated_at", Instant, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "account",
        Column("id", Number, primary_key=True, autoincrement=True),
        Column("address", Name, nullable=False, unique=True),
        Column("domain_id", Number, ForeignKey("domain.id", ondelete="RESTRICT"), nullable=False),
        Column("password_hash", Text),
        Column("enabled", Boolean, nullable=False),
        Column("mailbox", Name, nullable=False, unique=True),
        Column("version", Integer, nullable=False),
        Column("created_at", Instant, nullable=False),
        Column("updated_at", Instant, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("account_domain_id_index", "account", ["domain_id"])


def _settings_and_changes() -> None:
    op.create_table(
        "setting_revision",
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("at", Instant, nullable=False),
        Column("author", Text, nullable=False),
        Column("changes", JSON, nullable=False),
        Column("overrides", JSON, nullable=False),
    )
    op.create_table(
        "change_counter",
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("number", Number, nullable=False),
        CheckConstraint("id = 1", name="one_row"),
    )
    op.execute("INSERT INTO change_counter (id, number) VALUES (1, 0)")
    op.create_table(
        "change_log",
        Column("number", Number, primary_key=True, autoincrement=False),
        Column("at", Instant, nullable=False),
        Column("entity", Text, nullable=False),
        Column("key", Text, nullable=False),
    )


def _audit_and_tokens() -> None:
    op.create_table(
        "audit",
        Column("id", Number, primary_key=True, autoincrement=True),
        Column("at", Instant, nullable=False),
        Column("author", Name, nullable=False),
        Column("action", Text, nullable=False),
        Column("entity", Name, nullable=False),
        Column("key", Name, nullable=False),
        Column("before", JSON),
        Column("after", JSON),
        sqlite_autoincrement=True,
    )
    op.create_index("audit_entity_index", "audit", ["entity", "key", "id"])
    op.create_index("audit_author_index", "audit", ["author", "id"])
    op.create_table(
        "token",
        Column("id", Number, primary_key=True, autoincrement=True),
        Column("name", Name, nullable=False, unique=True),
        Column("hash", Text, nullable=False, unique=True),
        Column("scopes", JSON, nullable=False),
        Column("created_at", Instant, nullable=False),
        Column("expires_at", Instant),
        Column("last_used_at", Instant),
        sqlite_autoincrement=True,
    )


def _trace() -> None:
    op.create_table(
        "trace",
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
    op.create_index("trace_message_id_index", "trace", ["message_id", "at"])
    op.create_index("trace_sender_index", "trace", [text("lower(sender)"), "at"])
    op.create_index("trace_client_ip_index", "trace", ["client_ip", "at"])
    op.create_index("trace_header_message_id_index", "trace", ["header_message_id"])
    op.create_index("trace_outcome_index", "trace", ["outcome", "at"])
    op.create_table(
        "trace_recipient",
        Column("at", Seconds, nullable=False),
        Column("message_id", Uuid, nullable=False),
        Column("service", Text, nullable=False),
        Column("address", Name, nullable=False),
        Column("outcome", Name, nullable=False),
        postgresql_partition_by="RANGE (at)",
    )
    op.create_index("trace_recipient_at_index", "trace_recipient", ["at"])
    op.create_index("trace_recipient_message_id_index", "trace_recipient", ["message_id", "at"])
    op.create_index("trace_recipient_address_index", "trace_recipient", [text("lower(address)"), "at"])


def _work() -> None:
    op.create_table(
        "delivery_job",
        Column("id", Text, primary_key=True),
        Column("kind", Text, nullable=False),
        Column("destination", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("attempt", Integer, nullable=False),
        Column("not_before", Seconds, nullable=False),
        Column("lease_until", Seconds),
        Column("owner", Text),
        Column("message_id", Text, nullable=False),
        Column("payload", LargeBinary, nullable=False),
        Column("content", Text),
        Column("created_at", Seconds, nullable=False),
        Column("last_error", Text),
        CheckConstraint("kind IN ('outbound', 'local', 'addon', 'self')", name="kind"),
        CheckConstraint("state IN ('ready', 'leased', 'held')", name="state"),
    )
    op.create_index("delivery_job_message_id_index", "delivery_job", ["message_id"])
    for name, column, state in (("due", "not_before", "ready"), ("lease", "lease_until", "leased")):
        where = text(f"state = '{state}'")
        op.create_index(
            f"delivery_job_{name}_index", "delivery_job", [column], sqlite_where=where, postgresql_where=where
        )
    op.create_table(
        "dead_letter",
        Column("id", Text, primary_key=True),
        Column("queue", Text, nullable=False),
        Column("message_id", Text),
        Column("body", LargeBinary, nullable=False),
        Column("attempt", Integer, nullable=False),
        Column("reason", Text, nullable=False),
        Column("at", Seconds, nullable=False),
    )
    op.create_table(
        "content_ref",
        Column("content", Text, nullable=False),
        Column("holder", Text, nullable=False),
        Column("at", Seconds, nullable=False),
        PrimaryKeyConstraint("content", "holder"),
    )
