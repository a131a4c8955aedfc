"""Mailing lists: what an operator writes of them, their posts, and what they remember. See docs/lists.md."""

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    false,
    text,
)

from mailcore.db.column_types import Instant, Name, Number, Seconds, Texts
from mailcore.db.tables.schema import entity, metadata


def _of_list(*, primary_key: bool = False) -> Column[int]:
    """Give the column that says whose it is; all that a list has goes with it."""
    key = ForeignKey("mailing_list.id", ondelete="CASCADE")
    return Column("list_id", Number, key, nullable=False, primary_key=primary_key)


mailing_list = entity(
    "mailing_list",
    Column("address", Name, nullable=False, unique=True),
    Column("domain_id", Number, ForeignKey("domain.id", ondelete="RESTRICT"), nullable=False, index=True),
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
    Column("first_number", Integer, nullable=False, server_default=text("1")),
    Column("reply_to", Text, nullable=False),
    Column("reply_to_address", Name),
    Column("header_text", Text, nullable=False),
    Column("footer_text", Text, nullable=False),
    Column("dmarc", Text, nullable=False),
    Column("subscription", Text, nullable=False),
    Column("subscription_page", Boolean, nullable=False, server_default=false()),
    Column("unsubscription", Text, nullable=False),
    Column("welcome", Boolean, nullable=False),
    Column("notify_owner", Boolean, nullable=False),
    Column("notify_poster", Boolean, nullable=False),
    Column("password_hash", Text),
    Column("verp", Boolean, nullable=False),
    Column("bounce_limit", Integer, nullable=False),
    Column("bounce_decay_days", Integer, nullable=False),
    Column("archive", Boolean, nullable=False),
    Column("archive_days", Integer),
    Column("digest_days", Integer, nullable=False),
    Column("digest_max_size", Number, nullable=False),
)

# Every address of a list with what it is for; each is taken in `taken_address` as well.
list_address = Table(
    "list_address",
    metadata,
    Column("address", Name, primary_key=True),
    _of_list(),
    Column("role", Text, nullable=False),
    Index("list_address_list_index", "list_id"),
)

# `key` is the domain, a blank and the folded local part: members of one domain lie together, in one order for all.
list_member = entity(
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
    Column("delivery_before", Text),
    Column("digest_number", Number, nullable=False),
    Column("digest_until", Number),
    Column("bounce_score", Double, nullable=False, server_default="0"),
    Column("bounced_at", Instant),
    Column("bounce_reason", Text, nullable=False, server_default=""),
    Column("probed_at", Instant),
    Index("list_member_key_index", "list_id", "key", unique=True),
)
_IS_OFFICER = text("role <> 'member'")
Index("list_member_officer_index", list_member.c.list_id, sqlite_where=_IS_OFFICER, postgresql_where=_IS_OFFICER)
_READS = text("delivery = 'digest' OR digest_until IS NOT NULL")
Index(
    "list_member_digest_index", list_member.c.list_id, list_member.c.key, sqlite_where=_READS, postgresql_where=_READS
)
_IS_PROBED = text("probed_at IS NOT NULL")
Index("list_member_probed_index", list_member.c.probed_at, sqlite_where=_IS_PROBED, postgresql_where=_IS_PROBED)

# The last number that a post of the list got, and where its digests are.
list_sequence = Table(
    "list_sequence",
    metadata,
    _of_list(primary_key=True),
    Column("number", Number, nullable=False),
    Column("digest_issue", Number, nullable=False),
    Column("digest_number", Number, nullable=False),
    Column("digest_at", Seconds),
)

# A post that has its number. `mail` is what goes out of it, once `state` is no longer `accepted`; None when it is over
# and not archived. In the state `digest` it is kept for the next digest alone. `ranges` counts the key ranges of
# members that are still to be served.
list_post = Table(
    "list_post",
    metadata,
    Column("id", Text, primary_key=True),
    _of_list(),
    Column("number", Number, nullable=False),
    Column("message_id", Text, nullable=False, index=True),
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
    Index("list_post_number_index", "list_id", "number", unique=True),
)
_IS_KEPT = text("mail IS NOT NULL")
Index("list_post_kept_index", list_post.c.list_id, list_post.c.at, sqlite_where=_IS_KEPT, postgresql_where=_IS_KEPT)

_IS_LENT = text("state = 'digest'")
Index("list_post_lent_index", list_post.c.list_id, list_post.c.number, sqlite_where=_IS_LENT, postgresql_where=_IS_LENT)

# A digest that is being sent out, and no longer. `variants` is what goes out of it, once that is made; `ranges` counts
# the key ranges of readers that are still to be served.
list_digest = Table(
    "list_digest",
    metadata,
    Column("id", Text, primary_key=True),
    _of_list(),
    Column("issue", Number, nullable=False),
    Column("first", Number, nullable=False),
    Column("last", Number, nullable=False),
    Column("at", Seconds, nullable=False),
    Column("variants", LargeBinary),
    Column("ranges", Integer, nullable=False),
    Index("list_digest_issue_index", "list_id", "issue", unique=True),
)

list_held = Table(
    "list_held",
    metadata,
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
    Column("authors", Text, nullable=False, server_default=""),
    Index("list_held_at_index", "list_id", "at", "id"),
)

# What became of posts whose clients wait for it (row 13).
list_settled = Table(
    "list_settled",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", Seconds, nullable=False, index=True),
)

# A link or a reply that may be used once. `id` is a digest of what was sent out.
list_token = Table(
    "list_token",
    metadata,
    Column("id", Text, primary_key=True),
    _of_list(),
    Column("kind", Text, nullable=False),
    Column("address", Name, nullable=False),
    Column("detail", Text, nullable=False),
    Column("at", Seconds, nullable=False),
    Column("expires_at", Seconds, nullable=False, index=True),
    Column("used_at", Seconds),
    Index("list_token_list_index", "list_id", "address"),
)

# How many confirmations an address was sent on a day (counted from the epoch).
list_confirmation = Table(
    "list_confirmation",
    metadata,
    Column("address", Name, nullable=False),
    Column("day", Integer, nullable=False, index=True),
    Column("count", Integer, nullable=False),
    PrimaryKeyConstraint("address", "day"),
)

# The words of a list's own messages, where they are not the usual ones.
list_template = entity(
    "list_template",
    _of_list(),
    Column("name", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Index("list_template_name_index", "list_id", "name", unique=True),
)

# What came back and was counted, so that it counts once however often it is reported.
list_bounce_seen = Table(
    "list_bounce_seen",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", Seconds, nullable=False, index=True),
)
