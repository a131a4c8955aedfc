"""The directory: what an operator writes about addresses and clients."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, Table, Text, false, text

from mailcore.db.column_types import Instant, Name, Number, Texts
from mailcore.db.tables.schema import entity, metadata

domain = entity(
    "domain",
    Column("name", Name, nullable=False, unique=True),
    Column("catch_all_address", Name, index=True),
    Column("case_sensitive", Boolean, nullable=False, server_default=false()),
)

dkim_key = entity(
    "dkim_key",
    Column("domain_id", Number, ForeignKey("domain.id", ondelete="CASCADE"), nullable=False),
    Column("selector", Name, nullable=False),
    Column("algorithm", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("state_since", Instant, nullable=False),
    Column("public_key", Text, nullable=False),
    Column("private_key", Text, nullable=False),
    Index("dkim_key_selector_key", "domain_id", "selector", unique=True),
    # One key of a kind signs at a time.
    Index(
        "dkim_key_active_key",
        "domain_id",
        "algorithm",
        unique=True,
        postgresql_where=text("state = 'active'"),
        sqlite_where=text("state = 'active'"),
    ),
)

account = entity(
    "account",
    Column("address", Name, nullable=False, unique=True),
    Column("domain_id", Number, ForeignKey("domain.id", ondelete="RESTRICT"), nullable=False, index=True),
    Column("password_hash", Text),
    Column("enabled", Boolean, nullable=False),
    Column("mailbox", Name, nullable=False, unique=True),
    Column("quota_bytes", Number),
    Column("quota_messages", Number),
    Column("max_receive_size", Number),
    Column("cancel_list", Texts, nullable=False, server_default=text("'[]'")),
)

alias = entity(
    "alias",
    Column("address", Name, nullable=False, unique=True),
    Column("domain_id", Number, ForeignKey("domain.id", ondelete="RESTRICT"), nullable=False, index=True),
    Column("to", Texts, nullable=False),
)

# An address is one thing only, whichever table has it: see `taken_addresses.py`.
taken_address = Table(
    "taken_address",
    metadata,
    Column("address", Name, primary_key=True),
    Column("entity", Text, nullable=False),
)

access_rule = entity(
    "access_rule",
    Column("position", Integer, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("match", Name, nullable=False),
    Column("comment", Text, nullable=False),
    Column("expires_at", Instant),
    Index("access_rule_kind_match_key", "kind", "match", unique=True),
)

header_rule = entity(
    "header_rule",
    Column("position", Integer, nullable=False, index=True),
    Column("name", Name, nullable=False, unique=True),
    Column("when", JSON, nullable=False),
    Column("actions", JSON, nullable=False),
    Column("scope", Name, nullable=False),
    Column("direction", Text, nullable=False),
    Column("enabled", Boolean, nullable=False),
)

addon = entity(
    "addon",
    Column("position", Integer, nullable=False, index=True),
    Column("name", Name, nullable=False, unique=True),
    Column("command", Texts),
    Column("url", Text),
    Column("scope", Name, nullable=False),
    Column("enabled", Boolean, nullable=False),
)

forward = entity(
    "forward",
    Column("account_id", Number, ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("to", Texts, nullable=False),
    Column("keep_copy", Boolean, nullable=False),
    Column("only_from", Texts, nullable=False),
    Column("content", Text, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Index("forward_account_index", "account_id", "position"),
)

autoreply = entity(
    "autoreply",
    Column("account_id", Number, ForeignKey("account.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("enabled", Boolean, nullable=False),
    Column("body", Text, nullable=False),
    Column("subject", Text),
    # As they were written, with their offsets from UTC.
    Column("starts_at", Text),
    Column("ends_at", Text),
    Column("interval_hours", Integer, nullable=False),
)
