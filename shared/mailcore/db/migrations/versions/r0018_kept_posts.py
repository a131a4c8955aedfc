"""Posts of archives are found by their age without looking at those that are gone."""

from alembic import op
from sqlalchemy import text

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Replace the index of all posts by one of those that are kept."""
    op.drop_index("list_post_at_index", table_name="list_post")
    is_kept = text("mail IS NOT NULL")
    op.create_index(
        "list_post_kept_index", "list_post", ["list_id", "at"], sqlite_where=is_kept, postgresql_where=is_kept
    )
