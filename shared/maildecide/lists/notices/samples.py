"""Values as they could be, for whoever looks at what a message will say before it is sent to anybody."""

from collections.abc import Mapping

from mailcore.directory.list_template import TemplateName, allowed_in
from mailcore.directory.mailing_list import Language, MailingList
from maildecide.lists.notices.values import values_of

_TOKEN = "abcdefghijklmnopqrstuvwxyz234567"  # noqa: S105 - nobody's
_TOLD: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "member": "ken@example.org",
        "new": "ken@example.net",
        "days": "3",
        "poster": "ken@example.org",
        "subject": "Herons",
        "size": "2048",
        "count": "12",
        "reason": "it is not by a member",
        "text": "> The first line.\n> The second line.",
    },
    "ja": {
        "member": "ken@example.org",
        "new": "ken@example.net",
        "days": "3",
        "poster": "ken@example.org",
        "subject": "アオサギについて",
        "size": "2048",
        "count": "12",
        "reason": "it is not by a member",
        "text": "> 1 行目です。\n> 2 行目です。",
    },
}


def sample_values(mailing_list: MailingList, name: TemplateName) -> dict[str, str]:
    """Give a value for everything that a message of the list may name."""
    allowed = allowed_in(name)
    told = {one: value for one, value in _TOLD[mailing_list.language].items() if one in allowed}
    return values_of(mailing_list, told, _TOKEN if "token" in allowed else "")
