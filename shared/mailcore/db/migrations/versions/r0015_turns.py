"""Whose turn it is among the jobs towards other servers, found without a look at all that are due."""

from alembic import op
from sqlalchemy import TextClause, text

revision = "0015"
down_revision = "0014"

_QUARTER = text("(CAST(not_before / 900 AS INTEGER))")
_INDEXES: tuple[tuple[str, list[str | TextClause], str], ...] = (
    ("turn", ["state", "patience", "not_before", "id"], "patience <> -1"),
    ("destination", ["state", "patience", _QUARTER, "destination", "not_before", "id"], "destination <> ''"),
)


def upgrade() -> None:
    """Make the indexes: by turn over all, and by turn within a destination, a quarter of an hour each."""
    for name, columns, condition in _INDEXES:
        where = text(f"kind = 'outbound' AND {condition}")
        op.create_index(
            f"delivery_job_{name}_index", "delivery_job", columns, sqlite_where=where, postgresql_where=where
        )
