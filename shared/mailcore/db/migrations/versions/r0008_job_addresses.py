"""Whom a delivery job is from and for, so that operators find it."""

from alembic import op
from sqlalchemy import Column, Text

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the columns; jobs that are there already name nobody."""
    op.add_column("delivery_job", Column("sender", Text))
    op.add_column("delivery_job", Column("recipients", Text, nullable=False, server_default=""))
