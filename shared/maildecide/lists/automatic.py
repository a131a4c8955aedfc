"""Whether a program answered by itself (RFC 3834): such mail is no post, no command, and no report about a member.

What a program sends of its own accord may be a post, such as a report each night or what a bug tracker has to say, but
no command. So `Precedence: bulk` and `Auto-Submitted: auto-generated` alone make no answer, which such programs write
into posts; with the subject of an answer they do. Unlike `message.replying.automatic`, what other lists spread is no
answer: lists may be members of lists.
"""

import re
from collections.abc import Callable

from mailcore.mail.header_edits import all_fields, fields_called
from maildecide.message.made_here import subject_in
from maildecide.message.mail import Mail

_ANSWERS = frozenset(
    {
        b"x-autoreply",
        b"x-autoreply-from",
        b"x-autorespond",
        b"x-autoresponder",
        b"x-autoresponse",
        b"x-mail-autoreply",
    }
)
"""Fields that only responders write."""
_GENERATED = b"auto-submitted"
_SAYING: dict[bytes, Callable[[bytes], bool]] = {
    _GENERATED: lambda value: value.startswith(b"auto-replied"),
    b"precedence": lambda value: value in {b"auto_reply", b"junk"},
    b"x-apple-action": lambda value: value == b"vacation",
    b"x-precedence": lambda value: value == b"auto_reply",
}
_BY_PROGRAMS: dict[bytes, Callable[[bytes], bool]] = {
    _GENERATED: lambda value: value.startswith(b"auto-"),
    b"precedence": lambda value: value == b"bulk",
}
"""Fields that programs write into answers, and into other messages too."""
_ABSENT = re.compile(
    r"(?:auto(?:matic|mated)?[ -]?(?:reply|response|answer)|out[ -]of[ -](?:the[ -])?office)\b"
    r"|自動返信|自動応答|不在(?:通知|返信|応答)",
    re.IGNORECASE,
)
"""How the subjects of such answers begin."""


def automatic_answer(mail: Mail) -> str | None:
    """Give the header field that says so; None where none does."""
    is_by_a_program = False
    for field in all_fields(mail.header):
        value = field.raw.partition(b":")[2].strip().lower()
        if field.name in _ANSWERS or _says(_SAYING, field.name, value):
            return field.name.decode("ascii")
        is_by_a_program = is_by_a_program or _says(_BY_PROGRAMS, field.name, value)
    return "subject" if is_by_a_program and _ABSENT.match(subject_in(mail.header)) else None


def automatic(mail: Mail) -> str | None:
    """Give the header field that says that a program sent it, by itself or as an answer; None where none does."""
    for raw in fields_called(mail.header, _GENERATED):
        if raw.partition(b":")[2].partition(b";")[0].strip().lower() not in {b"no", b""}:
            return _GENERATED.decode("ascii")
    return automatic_answer(mail)


def _says(what: dict[bytes, Callable[[bytes], bool]], name: bytes, value: bytes) -> bool:
    says = what.get(name)
    return says is not None and says(value)
