"""Keys that sign for domains (DKIM)."""

from alembic import op
from sqlalchemy import Column, ForeignKey, Integer, Text, text

from mailcore.db.column_types import Instant, Name, Number

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "dkim_key",
        Column("id", Number, primary_key=True, autoincrement=True),
        Column("domain_id", Number, ForeignKey("domain.id", ondelete="CASCADE"), nullable=False),
        Column("selector", Name, nullable=False),
        Column("algorithm", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("state_since", Instant, nullable=False),
        Column("public_key", Text, nullable=False),
        Column("private_key", Text, nullable=False),
        Column("version", Integer, nullable=False),
        Column("created_at", Instant, nullable=False),
        Column("updated_at", Instant, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("dkim_key_selector_key", "dkim_key", ["domain_id", "selector"], unique=True)
    is_active = text("state = 'active'")
    op.create_index(
        "dkim_key_active_key",
        "dkim_key",
        ["domain_id", "algorithm"],
        unique=True,
        postgresql_where=is_active,
        sqlite_where=is_active,
    )
