"""Add or overwrite `Date:` with the time of reception (row 8), which no processor's clock knows."""

from collections.abc import Iterator

from mailcore.mail.date_time import date_time
from mailcore.mail.header_edits import has_field
from maildecide.message.actions import Action
from maildecide.message.context import Context
from maildecide.message.edits import SetField
from maildecide.message.mail import Mail


def apply(mail: Mail, context: Context) -> Iterator[Action]:  # noqa: ARG001 - every step has this shape
    """Add the field where there is none or, where it is always wanted, put it in the place of one that is there."""
    wanted = mail.marks.fields.date
    if wanted == "always" or (wanted == "if_missing" and not has_field(mail.header, b"date")):
        yield SetField("Date", date_time(mail.arrival.at))
