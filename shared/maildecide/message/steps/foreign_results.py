"""Remove `Authentication-Results` that came with the message and say they were ours (RFC 8601 5), and only those.

At the very beginning: no rule, addon or reader takes them for what this server found.
"""

from collections.abc import Iterator

from mailcore.authentication.own_results import FIELD, claims_to_be
from mailcore.mail.header_edits import all_fields
from maildecide.message.actions import Action
from maildecide.message.context import Context
from maildecide.message.edits import NewHeader
from maildecide.message.mail import Mail


def apply(mail: Mail, context: Context) -> Iterator[Action]:  # noqa: ARG001 - every step has this shape
    """Remove them; every other field stays as it is."""
    servers = frozenset(mail.marks.fields.results_of)
    if not servers:
        return
    fields = all_fields(mail.header)
    kept = [field.raw for field in fields if field.name != FIELD or not claims_to_be(field.raw, servers)]
    if len(kept) < len(fields):
        yield NewHeader(b"".join(kept))
