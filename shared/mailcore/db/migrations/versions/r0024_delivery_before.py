"""Who was suspended for mail that came back gets posts as before once that is forgiven."""

from alembic import op
from sqlalchemy import Column, Text

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Add the column; of those who are suspended already, nobody knows, and they get each post."""
    op.add_column("list_member", Column("delivery_before", Text))
