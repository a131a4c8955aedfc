"""Whose turn it is among the jobs towards other servers, found without a look at all that are due."""

from alembic import op
from sqlalchemy import text

revision = "0015"
down_revision = "0014"

_IS_OUTBOUND = text("kind = 'outbound'")


def upgrade() -> None:
    """Make the indexes: by turn over all, and by turn within a destination."""
    for name, columns in (
        ("turn", ["state", "patience", "not_before", "id"]),
        ("destination", ["state", "destination", "patience", "not_before", "id"]),
    ):
        op.create_index(
            f"delivery_job_{name}_index",
            "delivery_job",
            columns,
            sqlite_where=_IS_OUTBOUND,
            postgresql_where=_IS_OUTBOUND,
        )
