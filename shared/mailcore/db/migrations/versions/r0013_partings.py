"""What comes back to an account that kept no copy, should nobody take it; moments as they were written."""

from alembic import op
from sqlalchemy import Boolean, Column, LargeBinary, Text

from mailcore.db.column_types import Seconds

revision = "0013"
down_revision = "0012"

_WRITTEN = {
    "postgresql": "to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS')",
    "sqlite": "strftime('%Y-%m-%dT%H:%M:%S', {0})",
}


def upgrade() -> None:
    """Make the table, and have the period of an autoreply in its own time zone; until now it was in UTC."""
    op.create_table(
        "parting",
        Column("id", Text, primary_key=True),
        Column("waiting", Text, nullable=False),
        Column("is_taken", Boolean, nullable=False),
        Column("jobs", LargeBinary, nullable=False),
        Column("content", Text),
        Column("at", Seconds, nullable=False),
        Column("decided_at", Seconds),
    )
    op.create_index("parting_at_index", "parting", ["at"])
    written = _WRITTEN[op.get_bind().dialect.name]
    for name in ("starts_at", "ends_at"):
        op.add_column("autoreply", Column(f"{name}_written", Text))
        op.execute(f"UPDATE autoreply SET {name}_written = {written.format(name)} || '+00:00'")  # noqa: S608 - our own words
        op.drop_column("autoreply", name)
        op.execute(f"ALTER TABLE autoreply RENAME COLUMN {name}_written TO {name}")
