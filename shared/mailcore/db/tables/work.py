"""Work that must outlive an acknowledgement, and what came of it."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, LargeBinary, Table, Text, text

from mailcore.db.column_types import Seconds
from mailcore.db.tables.schema import metadata

delivery_job = Table(
    "delivery_job",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("destination", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("not_before", Seconds, nullable=False),
    Column("lease_until", Seconds),
    Column("owner", Text),
    Column("message_id", Text, nullable=False, index=True),
    Column("payload", LargeBinary, nullable=False),
    Column("content", Text),
    Column("created_at", Seconds, nullable=False),
    Column("last_error", Text),
    Column("sender", Text),
    Column("recipients", Text, nullable=False, server_default=""),
    Column("patience", Seconds, nullable=False, server_default="0"),
    CheckConstraint("kind IN ('outbound', 'local', 'addon', 'self', 'list')", name="kind"),
    CheckConstraint("state IN ('ready', 'leased', 'held')", name="state"),
)
_IS_READY = text("state = 'ready'")
_IS_LEASED = text("state = 'leased'")
Index("delivery_job_due_index", delivery_job.c.not_before, sqlite_where=_IS_READY, postgresql_where=_IS_READY)
Index("delivery_job_lease_index", delivery_job.c.lease_until, sqlite_where=_IS_LEASED, postgresql_where=_IS_LEASED)
# What is due of other kinds, however much waits for other servers (`jobs.py`).
_IS_OTHER = text("kind <> 'outbound'")
Index(
    "delivery_job_kind_index",
    delivery_job.c.kind,
    delivery_job.c.not_before,
    delivery_job.c.id,
    sqlite_where=_IS_OTHER,
    postgresql_where=_IS_OTHER,
)
# Whose turn it is: over all destinations, and within one (`outbound_turns.py`). All jobs meet the second condition of
# each; it keeps statements that do not name it from the wrong one, whatever the server believes of the queue.
_HAS_TURN = text("kind = 'outbound' AND patience <> -1")
_HAS_DESTINATION = text("kind = 'outbound' AND destination <> ''")
Index(
    "delivery_job_turn_index",
    delivery_job.c.state,
    delivery_job.c.patience,
    delivery_job.c.not_before,
    delivery_job.c.id,
    sqlite_where=_HAS_TURN,
    postgresql_where=_HAS_TURN,
)
Index(
    "delivery_job_destination_index",
    delivery_job.c.state,
    delivery_job.c.patience,
    text("(CAST(not_before / 900 AS INTEGER))"),
    delivery_job.c.destination,
    delivery_job.c.not_before,
    delivery_job.c.id,
    sqlite_where=_HAS_DESTINATION,
    postgresql_where=_HAS_DESTINATION,
)

# What is known of a domain that mail goes to, while that differs from what is thought of one never heard of.
destination = Table(
    "destination",
    metadata,
    Column("name", Text, primary_key=True),
    Column("not_before", Seconds, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("slots", Integer, nullable=False),
    Column("last_error", Text, nullable=False),
    Column("at", Seconds, nullable=False, index=True),
)

# Jobs that are done, for as long as the message that they came of may be processed again.
finished_job = Table(
    "finished_job",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", Seconds, nullable=False, index=True),
)

# What comes back to an account that kept no copy, should nobody take what it forwarded.
parting = Table(
    "parting",
    metadata,
    Column("id", Text, primary_key=True),
    Column("waiting", Text, nullable=False),
    Column("is_taken", Boolean, nullable=False),
    Column("jobs", LargeBinary, nullable=False),
    Column("content", Text),
    Column("at", Seconds, nullable=False, index=True),
    Column("decided_at", Seconds),
)

dead_letter = Table(
    "dead_letter",
    metadata,
    Column("id", Text, primary_key=True),
    Column("queue", Text, nullable=False),
    Column("message_id", Text),
    Column("body", LargeBinary, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Seconds, nullable=False),
)
