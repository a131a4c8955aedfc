"""Whether a program answered by itself (RFC 3834): such mail is no post, no command, and no report about a member.

What a program sends of its own accord may be a post, such as a report each night, but no command. Unlike
`message.replying.automatic`, what other lists spread is no answer: lists may be members of lists.
"""

from collections.abc import Callable

from mailcore.mail.header_edits import all_fields, fields_called
from maildecide.message.mail import Mail

_ANSWERS = frozenset({b"x-autoreply", b"x-autorespond", b"x-autoresponder"})
"""Fields that only responders write."""
_GENERATED = b"auto-submitted"
_SAYING: dict[bytes, Callable[[bytes], bool]] = {
    _GENERATED: lambda value: value.startswith(b"auto-replied"),
    b"precedence": lambda value: value in {b"auto_reply", b"junk"},
    b"x-precedence": lambda value: value == b"auto_reply",
}


def automatic_answer(mail: Mail) -> str | None:
    """Give the header field that says so; None where none does."""
    for field in all_fields(mail.header):
        value = field.raw.partition(b":")[2].strip().lower()
        says = _SAYING.get(field.name)
        if field.name in _ANSWERS or (says is not None and says(value)):
            return field.name.decode("ascii")
    return None


def automatic(mail: Mail) -> str | None:
    """Give the header field that says that a program sent it, by itself or as an answer; None where none does."""
    for raw in fields_called(mail.header, _GENERATED):
        if raw.partition(b":")[2].partition(b";")[0].strip().lower() not in {b"no", b""}:
            return _GENERATED.decode("ascii")
    return automatic_answer(mail)
