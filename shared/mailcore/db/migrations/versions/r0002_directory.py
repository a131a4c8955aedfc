"""Limits of accounts, catch-all and case of domains, aliases, and the counters that replicas share."""

from alembic import op
from sqlalchemy import Boolean, Column, ForeignKey, Integer, PrimaryKeyConstraint, Text, false, text

from mailcore.db.column_types import Instant, Name, Number, Seconds, Texts

revision = "0002"
down_revision = "0001"

# New columns come last: whoever may read the view may read it still.
_DOVECOT_ACCOUNT = r"""
CREATE OR REPLACE VIEW dovecot_account AS
SELECT address AS "user", '{ARGON2ID}' || password_hash AS password, mailbox,
       domain.case_sensitive, quota_bytes, quota_messages
FROM account JOIN domain ON domain.id = account.domain_id
WHERE enabled AND password_hash IS NOT NULL
"""


def upgrade() -> None:
    """Add them."""
    _domains_and_accounts()
    _aliases()
    _counters()
    if op.get_context().dialect.name == "postgresql":
        op.execute(_DOVECOT_ACCOUNT)


def _domains_and_accounts() -> None:
    op.add_column("domain", Column("catch_all_address", Name))
    op.add_column("domain", Column("case_sensitive", Boolean, nullable=False, server_default=false()))
    op.create_index("domain_catch_all_address_index", "domain", ["catch_all_address"])
    for name in ("quota_bytes", "quota_messages", "max_receive_size"):
        op.add_column("account", Column(name, Number))
    op.add_column("account", Column("cancel_list", Texts, nullable=False, server_default=text("'[]'")))


def _aliases() -> None:
    op.create_table(
        "alias",
        Column("id", Number, primary_key=True, autoincrement=True),
        Column("address", Name, nullable=False, unique=True),
        Column("domain_id", Number, ForeignKey("domain.id", ondelete="RESTRICT"), nullable=False),
        Column("to", Texts, nullable=False),
        Column("version", Integer, nullable=False),
        Column("created_at", Instant, nullable=False),
        Column("updated_at", Instant, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("alias_domain_id_index", "alias", ["domain_id"])
    op.create_table("taken_address", Column("address", Name, primary_key=True), Column("entity", Text, nullable=False))
    op.execute("INSERT INTO taken_address (address, entity) SELECT address, 'account' FROM account")


def _counters() -> None:
    op.create_table(
        "mailbox_usage",
        Column("mailbox", Name, primary_key=True),
        Column("bytes", Number, nullable=False),
        Column("messages", Number, nullable=False),
        Column("at", Seconds, nullable=False),
    )
    op.create_index("mailbox_usage_at_index", "mailbox_usage", ["at"])
    for table, key in (("send_count", "account"), ("login_failure", "scope")):
        op.create_table(
            table,
            Column(key, Name, nullable=False),
            Column("bucket", Integer, nullable=False),
            Column("count", Integer, nullable=False),
            PrimaryKeyConstraint(key, "bucket"),
        )
        op.create_index(f"{table}_bucket_index", table, ["bucket"])
    op.create_table(
        "login_network",
        Column("account", Name, nullable=False),
        Column("network", Name, nullable=False),
        Column("at", Seconds, nullable=False),
        PrimaryKeyConstraint("account", "network"),
    )
    op.create_index("login_network_at_index", "login_network", ["at"])
