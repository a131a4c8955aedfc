"""Mailing lists, their members and posts; jobs that expand posts, and jobs that let others go first."""

from typing import Any

from alembic import op
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    text,
)

from mailcore.db.column_types import Instant, Name, Number, Seconds, Texts

revision = "0011"
down_revision = "0010"

_KINDS = "kind IN ('outbound', 'local', 'addon', 'self', 'list')"


def upgrade() -> None:
    """Make the tables, and let jobs be of the new kind."""
    _lists()
    _members()
    _posts()
    _held()
    _memories()
    if op.get_context().dialect.name == "postgresql":
        op.drop_constraint("delivery_job_kind_check", "delivery_job")
        op.create_check_constraint("kind", "delivery_job", _KINDS)
        op.add_column("delivery_job", Column("patience", Seconds, nullable=False, server_default="0"))
    else:
        _rebuild_jobs()


def _entity(name: str, *columns: Column[Any]) -> None:
    op.create_table(
        name,
        Column("id", Number, primary_key=True, autoincrement=True),
        *columns,
        Column("version", Integer, nullable=False),
        Column("created_at", Instant, nullable=False),
        Column("updated_at", Instant, nullable=False),
        sqlite_autoincrement=True,
    )


def _of_list(*, primary_key: bool = False) -> Column[int]:
    key = ForeignKey("mailing_list.id", ondelete="CASCADE")
    return Column("list_id", Number, key, nullable=False, primary_key=primary_key)


def _lists() -> None:
    _entity(
        "mailing_list",
        Column("address", Name, nullable=False, unique=True),
        Column("domain_id", Number, ForeignKey("domain.id", ondelete="RESTRICT"), nullable=False),
        Column("name", Name, nullable=False),
        Column("display_name", Text, nullable=False),
        Column("description", Text, nullable=False),
        Column("owner", Name, nullable=False),
        Column("control_address", Name),
        Column("language", Text, nullable=False),
        Column("posting", Text, nullable=False),
        Column("posters", Texts, nullable=False),
        Column("refused_posters", Texts, nullable=False),
        Column("moderation", Text, nullable=False),
        Column("refusal", Text, nullable=False),
        Column("max_size", Number),
        Column("allowed_types", Texts, nullable=False),
        Column("refused_types", Texts, nullable=False),
        Column("post_auth", Text, nullable=False),
        Column("subject_tag", Text),
        Column("reply_to", Text, nullable=False),
        Column("reply_to_address", Name),
        Column("header_text", Text, nullable=False),
        Column("footer_text", Text, nullable=False),
        Column("dmarc", Text, nullable=False),
        Column("subscription", Text, nullable=False),
        Column("unsubscription", Text, nullable=False),
        Column("welcome", Boolean, nullable=False),
        Column("notify_owner", Boolean, nullable=False),
        Column("password_hash", Text),
        Column("verp", Boolean, nullable=False),
        Column("bounce_limit", Integer, nullable=False),
        Column("bounce_decay_days", Integer, nullable=False),
        Column("archive", Boolean, nullable=False),
        Column("archive_days", Integer),
        Column("digest_days", Integer, nullable=False),
        Column("digest_max_size", Number, nullable=False),
    )
    op.create_index("mailing_list_domain_id_index", "mailing_list", ["domain_id"])
    op.create_table(
        "list_address",
        Column("address", Name, primary_key=True),
        _of_list(),
        Column("role", Text, nullable=False),
    )
    op.create_index("list_address_list_index", "list_address", ["list_id"])


def _members() -> None:
    _entity(
        "list_member",
        _of_list(),
        Column("key", Name, nullable=False),
        Column("address", Name, nullable=False),
        Column("name", Text, nullable=False),
        Column("role", Text, nullable=False),
        Column("delivery", Text, nullable=False),
        Column("can_post", Boolean, nullable=False),
        Column("digest_format", Text, nullable=False),
        Column("trusted", Boolean, nullable=False),
        Column("suspended", Boolean, nullable=False),
        Column("digest_number", Number, nullable=False),
    )
    op.create_index("list_member_key_index", "list_member", ["list_id", "key"], unique=True)
    is_officer = text("role <> 'member'")
    op.create_index(
        "list_member_officer_index",
        "list_member",
        ["list_id"],
        sqlite_where=is_officer,
        postgresql_where=is_officer,
    )
    op.create_table(
        "list_bounce",
        Column("member_id", Number, ForeignKey("list_member.id", ondelete="CASCADE"), primary_key=True),
        Column("score", Double, nullable=False),
        Column("at", Seconds, nullable=False),
        Column("reason", Text, nullable=False),
        Column("probes", Integer, nullable=False),
        Column("probed_at", Seconds),
    )


def _posts() -> None:
    op.create_table(
        "list_sequence",
        _of_list(primary_key=True),
        Column("number", Number, nullable=False),
        Column("digest_issue", Number, nullable=False),
        Column("digest_number", Number, nullable=False),
        Column("digest_at", Seconds),
    )
    op.create_table(
        "list_post",
        Column("id", Text, primary_key=True),
        _of_list(),
        Column("number", Number, nullable=False),
        Column("message_id", Text, nullable=False),
        Column("at", Seconds, nullable=False),
        Column("poster", Name, nullable=False),
        Column("subject", Text, nullable=False),
        Column("words", Text, nullable=False),
        Column("size", Number, nullable=False),
        Column("mail", LargeBinary),
        Column("content", Text),
        Column("state", Text, nullable=False),
        Column("ranges", Integer, nullable=False),
        Column("expanded_at", Seconds),
    )
    op.create_index("list_post_message_id_index", "list_post", ["message_id"])
    op.create_index("list_post_number_index", "list_post", ["list_id", "number"], unique=True)
    op.create_index("list_post_at_index", "list_post", ["list_id", "at"])


def _held() -> None:
    op.create_table(
        "list_held",
        Column("id", Text, primary_key=True),
        _of_list(),
        Column("message_id", Text, nullable=False),
        Column("at", Seconds, nullable=False),
        Column("reason", Text, nullable=False),
        Column("sender", Name, nullable=False),
        Column("poster", Name, nullable=False),
        Column("subject", Text, nullable=False),
        Column("size", Number, nullable=False),
        Column("mail", LargeBinary, nullable=False),
        Column("content", Text),
    )
    op.create_index("list_held_at_index", "list_held", ["list_id", "at", "id"])


def _memories() -> None:
    for name in ("list_settled", "list_bounce_seen"):
        op.create_table(name, Column("id", Text, primary_key=True), Column("at", Seconds, nullable=False))
        op.create_index(f"{name}_at_index", name, ["at"])
    op.create_table(
        "list_token",
        Column("id", Text, primary_key=True),
        _of_list(),
        Column("kind", Text, nullable=False),
        Column("address", Name, nullable=False),
        Column("detail", Text, nullable=False),
        Column("at", Seconds, nullable=False),
        Column("expires_at", Seconds, nullable=False),
        Column("used_at", Seconds),
    )
    op.create_index("list_token_expires_at_index", "list_token", ["expires_at"])
    op.create_index("list_token_list_index", "list_token", ["list_id", "address"])
    op.create_table(
        "list_confirmation",
        Column("address", Name, nullable=False),
        Column("day", Integer, nullable=False),
        Column("count", Integer, nullable=False),
        PrimaryKeyConstraint("address", "day"),
    )
    op.create_index("list_confirmation_day_index", "list_confirmation", ["day"])
    _entity(
        "list_template",
        _of_list(),
        Column("name", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("body", Text, nullable=False),
    )
    op.create_index("list_template_name_index", "list_template", ["list_id", "name"], unique=True)


def _rebuild_jobs() -> None:
    """SQLite cannot change what a table checks: its rows move to a new one."""
    op.create_table(
        "new_delivery_job",
        Column("id", Text, primary_key=True),
        Column("kind", Text, nullable=False),
        Column("destination", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("attempt", Integer, nullable=False),
        Column("not_before", Seconds, nullable=False),
        Column("lease_until", Seconds),
        Column("owner", Text),
        Column("message_id", Text, nullable=False),
        Column("payload", LargeBinary, nullable=False),
        Column("content", Text),
        Column("created_at", Seconds, nullable=False),
        Column("last_error", Text),
        Column("sender", Text),
        Column("recipients", Text, nullable=False, server_default=""),
        Column("patience", Seconds, nullable=False, server_default="0"),
        CheckConstraint(_KINDS, name="delivery_job_kind_check"),
        CheckConstraint("state IN ('ready', 'leased', 'held')", name="delivery_job_state_check"),
    )
    op.execute("INSERT INTO new_delivery_job SELECT *, 0 FROM delivery_job")
    op.drop_table("delivery_job")
    op.rename_table("new_delivery_job", "delivery_job")
    op.create_index("delivery_job_message_id_index", "delivery_job", ["message_id"])
    for name, column, state in (("due", "not_before", "ready"), ("lease", "lease_until", "leased")):
        where = text(f"state = '{state}'")
        op.create_index(f"delivery_job_{name}_index", "delivery_job", [column], sqlite_where=where)
