"""Write what the session found out about the sender's domain and the client (rows 11 and 15), and nothing forged.

Before everything else: header rules and addons see the marks, and a signature covers them.
"""

from collections.abc import Iterator

from maildecide.message.actions import Action
from maildecide.message.context import Context
from maildecide.message.edits import AddField, MarkSubject, RemoveFields
from maildecide.message.mail import Mail
from maildecide.session.own_marks import BANNED_MARK, SENDER_DOMAIN_MARK

SUBJECT_MARK = "[MEIWAKU]"


def apply(mail: Mail, context: Context) -> Iterator[Action]:  # noqa: ARG001 - every step has this shape
    """Remove marks that are not ours, then write ours."""
    marks = mail.marks
    if marks.via_mta:
        # They were written when it came first.
        return
    if marks.strip_marks:
        yield RemoveFields(marks.strip_marks)
    if marks.sender_domain_missing:
        yield AddField(SENDER_DOMAIN_MARK, "FAIL")
    if marks.banned == "add_header":
        yield AddField(BANNED_MARK, "-5")
    elif marks.banned == "tag_subject":
        yield MarkSubject(SUBJECT_MARK)
