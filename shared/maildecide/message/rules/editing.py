"""What a rule's edits make of a header section."""

from typing import assert_never

from mailcore.directory.rule_action import (
    AddHeader,
    HeaderEdit,
    PrefixSubject,
    RemoveHeader,
    RenameHeader,
    SetHeader,
)
from mailcore.mail.header_edits import renamed, with_field, with_only, without
from mailcore.mail.subject import with_prefix
from mailcore.mail.written_field import written_field


def edited(section: bytes, edit: HeaderEdit) -> bytes:
    """Give the section with one edit made; every other field stays as it is."""
    match edit:
        case AddHeader(name=name, value=value):
            return with_field(section, written_field(name, value))
        case SetHeader(name=name, value=value):
            return with_only(section, _key(name), written_field(name, value))
        case RemoveHeader(name=name):
            return without(section, {_key(name)})
        case RenameHeader(name=name, to=to):
            return renamed(section, _key(name), to.encode("ascii"))
        case PrefixSubject(text=text):
            return with_prefix(section, text)
        case _:
            assert_never(edit)


def _key(name: str) -> bytes:
    return name.lower().encode("ascii")
