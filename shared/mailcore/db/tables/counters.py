"""Small counters that replicas share. Whoever writes one says in its module when it is removed."""

from sqlalchemy import Column, Integer, PrimaryKeyConstraint, Table

from mailcore.db.column_types import Name, Number, Seconds
from mailcore.db.tables.schema import metadata

mailbox_usage = Table(
    "mailbox_usage",
    metadata,
    Column("mailbox", Name, primary_key=True),
    Column("bytes", Number, nullable=False),
    Column("messages", Number, nullable=False),
    Column("at", Seconds, nullable=False, index=True),
)

send_count = Table(
    "send_count",
    metadata,
    Column("account", Name, nullable=False),
    Column("bucket", Integer, nullable=False, index=True),
    Column("count", Integer, nullable=False),
    PrimaryKeyConstraint("account", "bucket"),
)

dsn_count = Table(
    "dsn_count",
    metadata,
    Column("address", Name, nullable=False),
    Column("bucket", Integer, nullable=False, index=True),
    Column("count", Integer, nullable=False),
    PrimaryKeyConstraint("address", "bucket"),
)

login_failure = Table(
    "login_failure",
    metadata,
    Column("scope", Name, nullable=False),
    Column("bucket", Integer, nullable=False, index=True),
    Column("count", Integer, nullable=False),
    PrimaryKeyConstraint("scope", "bucket"),
)

login_network = Table(
    "login_network",
    metadata,
    Column("account", Name, nullable=False),
    Column("network", Name, nullable=False),
    Column("at", Seconds, nullable=False, index=True),
    PrimaryKeyConstraint("account", "network"),
)

# Who got an autoreply from whom, and when the message that was answered came.
autoreply_sent = Table(
    "autoreply_sent",
    metadata,
    Column("account", Name, nullable=False),
    Column("sender", Name, nullable=False),
    Column("at", Seconds, nullable=False, index=True),
    PrimaryKeyConstraint("account", "sender"),
)
