"""Whether a post has been through a list before. Each list leaves its mark on what it sends out (`copy.marks`).

`X-Loop` is left in place by other lists of ours, so that lists that are members of each other come to an end.
"""

from mailcore.address import local_key, parse_address
from mailcore.directory.mailing_list import MailingList
from mailcore.mail.header_edits import fields_called
from maildecide.message.mail import Mail

LOOP = "X-Loop"
LIST_ID = "List-Id"


def has_been_through(mail: Mail, mailing_list: MailingList) -> bool:
    """Whether `List-Id` (RFC 2919) or `X-Loop` names the list."""
    wanted = mailing_list.list_id.lower()
    if any(_list_id(raw) == wanted for raw in fields_called(mail.header, LIST_ID.lower().encode())):
        return True
    own = _folded(mailing_list.address)
    return any(_folded(_value(raw)) == own for raw in fields_called(mail.header, LOOP.lower().encode()))


def _list_id(raw: bytes) -> str:
    value = _value(raw)
    return value.rpartition("<")[2].partition(">")[0].strip().lower()


def _value(raw: bytes) -> str:
    return raw.partition(b":")[2].decode("utf-8", "replace").strip()


def _folded(text: str) -> str:
    try:
        address = parse_address(text)
    except ValueError:
        return text
    return f"{local_key(address.local_part)}@{address.domain}"
