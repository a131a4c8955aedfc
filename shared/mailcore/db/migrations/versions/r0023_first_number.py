"""A list that comes from elsewhere goes on counting its posts."""

from alembic import op
from sqlalchemy import Column, Integer, text

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Add the column; lists that are here already have begun with 1."""
    op.add_column("mailing_list", Column("first_number", Integer, nullable=False, server_default=text("1")))
