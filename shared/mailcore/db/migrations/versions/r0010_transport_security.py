"""What protects mail on its way: MTA-STS policies that were fetched, and what came of TLS, by day."""

from alembic import op
from sqlalchemy import Column, Integer, Text

from mailcore.db.column_types import Name, Number, Seconds

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "sts_policy",
        Column("domain", Name, primary_key=True),
        Column("policy_id", Text, nullable=False),
        Column("policy", Text, nullable=False),
        Column("fetched_at", Seconds, nullable=False),
        Column("expires_at", Seconds, nullable=False),
        Column("retry_at", Seconds, nullable=False),
        Column("last_error", Text, nullable=False),
        Column("at", Seconds, nullable=False),
    )
    op.create_index("sts_policy_at_index", "sts_policy", ["at"])
    op.create_table(
        "tls_result",
        Column("id", Name, primary_key=True),
        Column("day", Integer, nullable=False),
        Column("domain", Name, nullable=False),
        Column("policy_type", Text, nullable=False),
        Column("policy_string", Text, nullable=False),
        Column("mx_host", Text, nullable=False),
        Column("receiving_ip", Text, nullable=False),
        Column("sending_ip", Text, nullable=False),
        Column("result_type", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("count", Number, nullable=False),
    )
    op.create_index("tls_result_day_index", "tls_result", ["day", "domain", "id"])
