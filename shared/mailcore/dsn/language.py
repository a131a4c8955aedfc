"""In which language a sender is told: the one that the settings name, or the one that the message shows. Pure."""

import re
from typing import Literal

from mailcore.dsn.texts import Language
from mailcore.mail.encoded_words import decoded
from mailcore.mail.header_edits import all_fields

LanguageSetting = Literal["auto", "en", "ja"]

_SAYING = (b"accept-language", b"content-language")
"""Fields that name languages, in the order of preference (RFC 3282)."""
_SHOWING = frozenset({b"content-type", b"from", b"subject"})
_CHARSETS = re.compile(rb"iso-2022-jp|shift[_-]jis|euc-jp|cp932|windows-31j|\x1b\$[@B]", re.IGNORECASE)
"""Charsets of Japanese alone, by name or by the escapes of ISO-2022-JP."""
_KANA = re.compile("[\u3040-\u30ff\uff66-\uff9f]")


def language_for(setting: LanguageSetting, header: bytes) -> Language:
    """Give the language for the sender of a message with this header section; English where nothing shows another."""
    return language_of(header) if setting == "auto" else setting


def language_of(header: bytes) -> Language:
    """Give the language that a message shows: by what it says of itself, its charsets, or kana in who and what."""
    fields = all_fields(header)
    for name in _SAYING:
        for field in fields:
            if field.name == name and (said := _first_known(field.raw)) is not None:
                return said
    shown = [field.raw for field in fields if field.name in _SHOWING]
    if any(_CHARSETS.search(raw) or _KANA.search(decoded(raw)) for raw in shown):
        return "ja"
    return "en"


def _first_known(raw: bytes) -> Language | None:
    for entry in raw.partition(b":")[2].lower().split(b","):
        tag = entry.partition(b";")[0].strip().partition(b"-")[0]
        if tag == b"ja":
            return "ja"
        if tag == b"en":
            return "en"
    return None
