"""What accounts do with their mail by themselves: forwards, autoreplies, and who got one."""

from alembic import op
from sqlalchemy import Boolean, Column, ForeignKey, Integer, PrimaryKeyConstraint, Text

from mailcore.db.column_types import Instant, Name, Number, Seconds, Texts

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "forward",
        Column("id", Number, primary_key=True, autoincrement=True),
        Column("account_id", Number, ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
        Column("position", Integer, nullable=False),
        Column("to", Texts, nullable=False),
        Column("keep_copy", Boolean, nullable=False),
        Column("only_from", Texts, nullable=False),
        Column("content", Text, nullable=False),
        Column("enabled", Boolean, nullable=False),
        Column("version", Integer, nullable=False),
        Column("created_at", Instant, nullable=False),
        Column("updated_at", Instant, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("forward_account_index", "forward", ["account_id", "position"])
    op.create_table(
        "autoreply",
        Column("id", Number, primary_key=True, autoincrement=True),
        Column("account_id", Number, ForeignKey("account.id", ondelete="CASCADE"), nullable=False, unique=True),
        Column("enabled", Boolean, nullable=False),
        Column("body", Text, nullable=False),
        Column("subject", Text),
        Column("starts_at", Instant),
        Column("ends_at", Instant),
        Column("interval_hours", Integer, nullable=False),
        Column("version", Integer, nullable=False),
        Column("created_at", Instant, nullable=False),
        Column("updated_at", Instant, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "autoreply_sent",
        Column("account", Name, nullable=False),
        Column("sender", Name, nullable=False),
        Column("at", Seconds, nullable=False),
        PrimaryKeyConstraint("account", "sender"),
    )
    op.create_index("autoreply_sent_at_index", "autoreply_sent", ["at"])
