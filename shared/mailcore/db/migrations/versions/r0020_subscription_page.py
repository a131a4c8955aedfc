"""Strangers may join lists on a page, where an operator permits it."""

from alembic import op
from sqlalchemy import Boolean, Column, false

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Add the column."""
    op.add_column("mailing_list", Column("subscription_page", Boolean, nullable=False, server_default=false()))
