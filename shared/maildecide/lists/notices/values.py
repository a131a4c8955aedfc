"""What stands in the place of placeholders: what is known of the list, what is told, and what answers it once."""

from collections.abc import Mapping
from urllib.parse import quote

from mailcore.directory.mailing_list import MailingList
from mailcore.list_links import answering_url
from maildecide.lists.notices.reasons import said_in

_ANSWERS: Mapping[str, str] = {"link": "confirm", "approve": "approve", "reject": "reject", "discard": "discard"}
"""The command that each link stands for."""


def values_of(
    mailing_list: MailingList, told: Mapping[str, str], token: str = "", public_url: str | None = None
) -> dict[str, str]:
    """Give the values of one message; `told` wins over what is known, except for what answers it.

    `public_url`: where pages are on which people answer; None: links begin mails.
    """
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
        values |= {name: _link(mailing_list, verb, token, public_url) for name, verb in _ANSWERS.items()}
    return values


def _link(mailing_list: MailingList, verb: str, token: str, public_url: str | None) -> str:
    """Give the page on which it is answered, or a URI that begins a mail with the command in its subject (RFC 6068).

    All of it is ASCII.
    """
    if public_url is not None:
        return answering_url(public_url, token, "approve" if verb == "confirm" else verb)
    return f"mailto:{quote(mailing_list.address_of('request'), safe='@')}?subject={verb}%20{token}"
