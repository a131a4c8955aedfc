"""How commands are written that take something: shown where somebody has written one in another way."""

from collections.abc import Mapping

from mailcore.directory.mailing_list import Language
from maildecide.lists.commands.vocabulary import Verb

_TAKES: Mapping[Verb, Mapping[Language, str]] = {
    "confirm": {"en": "CODE", "ja": "番号"},
    "on": {"en": "", "ja": ""},
    "off": {"en": "", "ja": ""},
    "digest": {"en": "[mime | plain]", "ja": "[mime | plain]"},
    "chaddr": {"en": "NEW-ADDRESS", "ja": "新しいアドレス"},
    "summary": {"en": "[FROM-TO]", "ja": "[最初-最後]"},
    "get": {"en": "3 7-9 last", "ja": "3 7-9 last"},
    "members": {"en": "TEXT", "ja": "文字列"},
    "add": {"en": "ADDRESS ...", "ja": "アドレス ..."},
    "remove": {"en": "ADDRESS ...", "ja": "アドレス ..."},
    "invite": {"en": "ADDRESS ...", "ja": "アドレス ..."},
    "approve": {"en": "CODE", "ja": "番号"},
    "reject": {"en": "CODE [reason]", "ja": "番号 [理由]"},
    "discard": {"en": "CODE", "ja": "番号"},
}


def form_of(verb: Verb, language: Language) -> str:
    """Give how a command is written."""
    return f"{verb} {_TAKES[verb][language]}".rstrip()
