"""Content that is kept apart from mailboxes: what refers to it, and the server's trash."""

from sqlalchemy import Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, Text

from mailcore.db.column_types import Name, Seconds, Texts
from mailcore.db.tables.schema import metadata

content_ref = Table(
    "content_ref",
    metadata,
    Column("content", Text, nullable=False),
    Column("holder", Text, nullable=False),
    Column("at", Seconds, nullable=False),
    PrimaryKeyConstraint("content", "holder"),
)

# Senders that are too long to be written into an address of ours, by what stands for them there.
srs_token = Table(
    "srs_token",
    metadata,
    Column("token", Name, primary_key=True),
    Column("sender", Name, nullable=False),
    Column("at", Seconds, nullable=False, index=True),
)

trash = Table(
    "trash",
    metadata,
    Column("id", Text, primary_key=True),
    Column("message_id", Text, nullable=False),
    Column("at", Seconds, nullable=False),
    Column("reason", Text, nullable=False),
    Column("client_ip", Name, nullable=False),
    Column("sender", Name, nullable=False),
    Column("recipients", Texts, nullable=False),
    Column("size", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("content", Text),
    Column("emptied_at", Seconds, index=True),
    Index("trash_at_index", "at", "id"),
)
