"""What lies in the server's trash, as an operator sees it, with all that a release needs."""

from alembic import op
from sqlalchemy import Column, Integer, LargeBinary, Text

from mailcore.db.column_types import Name, Seconds, Texts

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "trash",
        Column("id", Text, primary_key=True),
        Column("message_id", Text, nullable=False),
        Column("at", Seconds, nullable=False),
        Column("reason", Text, nullable=False),
        Column("client_ip", Name, nullable=False),
        Column("sender", Name, nullable=False),
        Column("recipients", Texts, nullable=False),
        Column("size", Integer, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("content", Text),
        Column("emptied_at", Seconds),
    )
    op.create_index("trash_at_index", "trash", ["at", "id"])
    op.create_index("trash_emptied_at_index", "trash", ["emptied_at"])
