"""Header rules: what is done with messages that meet conditions."""

from alembic import op
from sqlalchemy import JSON, Boolean, Column, Integer, Text

from mailcore.db.column_types import Instant, Name, Number

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "header_rule",
        Column("id", Number, primary_key=True, autoincrement=True),
        Column("position", Integer, nullable=False),
        Column("name", Name, nullable=False, unique=True),
        Column("when", JSON, nullable=False),
        Column("actions", JSON, nullable=False),
        Column("scope", Name, nullable=False),
        Column("direction", Text, nullable=False),
        Column("enabled", Boolean, nullable=False),
        Column("version", Integer, nullable=False),
        Column("created_at", Instant, nullable=False),
        Column("updated_at", Instant, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("header_rule_position_index", "header_rule", ["position"])
