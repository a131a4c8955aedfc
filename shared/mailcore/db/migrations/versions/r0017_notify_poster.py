"""Lists tell those whose posts wait, unless an operator has them tell nobody."""

from alembic import op
from sqlalchemy import Boolean, Column, true

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add the column."""
    op.add_column("mailing_list", Column("notify_poster", Boolean, nullable=False, server_default=true()))
