"""What is held against members of lists whose mail comes back is kept with them, where operators see it."""

from alembic import op
from sqlalchemy import Column, Double, Text, text

from mailcore.db.column_types import Instant

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the columns; nothing was ever written into the table that they replace."""
    for column in (
        Column("bounce_score", Double, nullable=False, server_default="0"),
        Column("bounced_at", Instant),
        Column("bounce_reason", Text, nullable=False, server_default=""),
        Column("probed_at", Instant),
    ):
        op.add_column("list_member", column)
    is_probed = text("probed_at IS NOT NULL")
    op.create_index(
        "list_member_probed_index", "list_member", ["probed_at"], sqlite_where=is_probed, postgresql_where=is_probed
    )
    op.drop_table("list_bounce")
