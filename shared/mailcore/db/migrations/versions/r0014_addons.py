"""Addons: programs and hooks that get messages before they are delivered."""

from alembic import op
from sqlalchemy import Boolean, Column, Integer, Text

from mailcore.db.column_types import Instant, Name, Number, Texts

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "addon",
        Column("id", Number, primary_key=True, autoincrement=True),
        Column("position", Integer, nullable=False),
        Column("name", Name, nullable=False, unique=True),
        Column("command", Texts),
        Column("url", Text),
        Column("scope", Name, nullable=False),
        Column("enabled", Boolean, nullable=False),
        Column("version", Integer, nullable=False),
        Column("created_at", Instant, nullable=False),
        Column("updated_at", Instant, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("addon_position_index", "addon", ["position"])
