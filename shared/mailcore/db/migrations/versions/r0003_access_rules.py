"""Access rules: who is banned, who is let pass, who may send through this server."""

from alembic import op
from sqlalchemy import Column, Integer, Text

from mailcore.db.column_types import Instant, Name, Number

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "access_rule",
        Column("id", Number, primary_key=True, autoincrement=True),
        Column("position", Integer, nullable=False),
        Column("kind", Text, nullable=False),
        Column("match", Name, nullable=False),
        Column("comment", Text, nullable=False),
        Column("expires_at", Instant),
        Column("version", Integer, nullable=False),
        Column("created_at", Instant, nullable=False),
        Column("updated_at", Instant, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("access_rule_position_index", "access_rule", ["position"])
    op.create_index("access_rule_kind_match_key", "access_rule", ["kind", "match"], unique=True)
