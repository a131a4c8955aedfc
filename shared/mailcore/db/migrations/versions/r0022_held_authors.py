"""A post that waits knows all its authors, who are trusted together once a moderator has let it go."""

from alembic import op
from sqlalchemy import Column, Text

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Add the column; of posts that wait already, the first author is known."""
    op.add_column("list_held", Column("authors", Text, nullable=False, server_default=""))
