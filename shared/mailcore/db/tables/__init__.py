"""Every table, as the statements see it. How it came to be is in `migrations/`; a test holds the two together."""

from mailcore.db.tables.administration import audit, change_counter, change_log, setting_revision, token
from mailcore.db.tables.counters import (
    autoreply_sent,
    dsn_count,
    login_failure,
    login_network,
    mailbox_usage,
    send_count,
)
from mailcore.db.tables.directory import (
    access_rule,
    account,
    addon,
    alias,
    autoreply,
    dkim_key,
    domain,
    forward,
    header_rule,
    taken_address,
)
from mailcore.db.tables.kept import content_ref, srs_token, trash
from mailcore.db.tables.lists import (
    list_address,
    list_bounce_seen,
    list_confirmation,
    list_held,
    list_member,
    list_post,
    list_sequence,
    list_settled,
    list_template,
    list_token,
    mailing_list,
)
from mailcore.db.tables.schema import metadata
from mailcore.db.tables.traces import trace, trace_recipient
from mailcore.db.tables.transport import sts_policy, tls_result
from mailcore.db.tables.work import dead_letter, delivery_job, destination, finished_job, parting

__all__ = [
    "access_rule",
    "account",
    "addon",
    "alias",
    "audit",
    "autoreply",
    "autoreply_sent",
    "change_counter",
    "change_log",
    "content_ref",
    "dead_letter",
    "delivery_job",
    "destination",
    "dkim_key",
    "domain",
    "dsn_count",
    "finished_job",
    "forward",
    "header_rule",
    "list_address",
    "list_bounce_seen",
    "list_confirmation",
    "list_held",
    "list_member",
    "list_post",
    "list_sequence",
    "list_settled",
    "list_template",
    "list_token",
    "login_failure",
    "login_network",
    "mailbox_usage",
    "mailing_list",
    "metadata",
    "parting",
    "send_count",
    "setting_revision",
    "srs_token",
    "sts_policy",
    "taken_address",
    "tls_result",
    "token",
    "trace",
    "trace_recipient",
    "trash",
]
