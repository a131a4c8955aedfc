"""Senders too long for an address of ours, by the token that stands for them there."""

from alembic import op
from sqlalchemy import Column

from mailcore.db.column_types import Name, Seconds

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "srs_token",
        Column("token", Name, primary_key=True),
        Column("sender", Name, nullable=False),
        Column("at", Seconds, nullable=False),
    )
    op.create_index("srs_token_at_index", "srs_token", ["at"])
