"""Jobs of one kind are found whatever waits for other servers."""

from alembic import op
from sqlalchemy import text

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Make the index."""
    is_other = text("kind <> 'outbound'")
    op.create_index(
        "delivery_job_kind_index",
        "delivery_job",
        ["kind", "not_before", "id"],
        sqlite_where=is_other,
        postgresql_where=is_other,
    )
