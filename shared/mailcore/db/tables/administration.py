"""Settings, changes, and who made them."""

from sqlalchemy import JSON, CheckConstraint, Column, Index, Integer, Table, Text

from mailcore.db.column_types import Instant, Name, Number
from mailcore.db.tables.schema import metadata

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
