"""Delivery to other servers: what is known of destinations, jobs that are done, reports counted by address."""

from alembic import op
from sqlalchemy import Column, Integer, PrimaryKeyConstraint, Text

from mailcore.db.column_types import Name, Seconds

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "destination",
        Column("name", Text, primary_key=True),
        Column("not_before", Seconds, nullable=False),
        Column("failures", Integer, nullable=False),
        Column("slots", Integer, nullable=False),
        Column("last_error", Text, nullable=False),
        Column("at", Seconds, nullable=False),
    )
    op.create_index("destination_at_index", "destination", ["at"])
    op.create_table(
        "finished_job",
        Column("id", Text, primary_key=True),
        Column("at", Seconds, nullable=False),
    )
    op.create_index("finished_job_at_index", "finished_job", ["at"])
    op.create_table(
        "dsn_count",
        Column("address", Name, nullable=False),
        Column("bucket", Integer, nullable=False),
        Column("count", Integer, nullable=False),
        PrimaryKeyConstraint("address", "bucket"),
    )
    op.create_index("dsn_count_bucket_index", "dsn_count", ["bucket"])
