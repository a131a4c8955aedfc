"""Digests: a row for each that is being sent out, and how far members who left them still get them."""

from alembic import op
from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, Text, text

from mailcore.db.column_types import Number, Seconds

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Make the table, and the indexes by which digests and what is kept for them are found."""
    op.create_table(
        "list_digest",
        Column("id", Text, primary_key=True),
        Column("list_id", Number, ForeignKey("mailing_list.id", ondelete="CASCADE"), nullable=False),
        Column("issue", Number, nullable=False),
        Column("first", Number, nullable=False),
        Column("last", Number, nullable=False),
        Column("at", Seconds, nullable=False),
        Column("variants", LargeBinary),
        Column("ranges", Integer, nullable=False),
    )
    op.create_index("list_digest_issue_index", "list_digest", ["list_id", "issue"], unique=True)
    op.add_column("list_member", Column("digest_until", Number))
    reads = text("delivery = 'digest' OR digest_until IS NOT NULL")
    op.create_index(
        "list_member_digest_index", "list_member", ["list_id", "key"], sqlite_where=reads, postgresql_where=reads
    )
    is_lent = text("state = 'digest'")
    op.create_index(
        "list_post_lent_index", "list_post", ["list_id", "number"], sqlite_where=is_lent, postgresql_where=is_lent
    )
