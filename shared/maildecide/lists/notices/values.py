"""What stands in the place of placeholders: what is known of the list, what is told, and what answers it once."""

from collections.abc import Mapping
from urllib.parse import quote

from mailcore.directory.mailing_list import MailingList
from maildecide.lists.notices.reasons import said_in

_ANSWERS: Mapping[str, str] = {"link": "confirm", "approve": "approve", "reject": "reject", "discard": "discard"}
"""The command that each link begins a mail with."""


def values_of(mailing_list: MailingList, told: Mapping[str, str], token: str = "") -> dict[str, str]:
    """Give the values of one message; `told` wins over what is known, except for what answers it."""
    known = {
        "list": mailing_list.title,
        "name": mailing_list.name,
        "address": mailing_list.address,
        "description": mailing_list.description,
        "owner": mailing_list.address_of("owner"),
        "request": mailing_list.address_of("request"),
    }
    values = known | dict(told)
    if "reason" in values:
        values["reason"] = said_in(mailing_list.language, values["reason"])
    if token:
        values["token"] = token
        values |= {name: _link(mailing_list, verb, token) for name, verb in _ANSWERS.items()}
    return values


def _link(mailing_list: MailingList, verb: str, token: str) -> str:
    """Give a URI that begins a mail with the command in its subject (RFC 6068); all of it is ASCII."""
    return f"mailto:{quote(mailing_list.address_of('request'), safe='@')}?subject={verb}%20{token}"
