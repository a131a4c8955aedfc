"""What people call the author of a message: the name that `From:` has before, or beside, its first address."""

import re
import unicodedata

from mailcore.mail.encoded_words import decoded

_MOST_OCTETS = 4096
_MOST_CHARACTERS = 100
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\((?:[^()\\]|\\.)*\)|\\.|[^"()<>,;:\\]+|.', re.DOTALL)
_PAIR = re.compile(r"\\(.)", re.DOTALL)
_DOMAIN = re.compile(r"""@[^\s@,;:<>()"']+""")
_UNREADABLE = "\ufffd"
_NO_TEXT = frozenset({"Cc", "Cs", "Zl", "Zp"})
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""What turns the direction of all that follows, which is no longer the name's own."""


def author_name(raw: bytes) -> str:
    """Give the name in a `From:` field, on one line, without control characters; empty where there is none to read.

    Domains of addresses in it are left out: it will stand before another address.
    """
    text = raw[:_MOST_OCTETS].partition(b":")[2].decode("utf-8", "surrogateescape")
    name = decoded(_written(text).encode("utf-8", "surrogateescape"))
    return "" if _UNREADABLE in name else _shown(name)


def _written(value: str) -> str:
    """Give the phrase before the first angle bracket, else the first comment, as it is written."""
    phrase, comment = "", ""
    for token in _TOKEN.findall(value):
        match token[0]:
            case "<":
                return phrase if phrase.strip() else comment
            case "," | ";":
                return comment
            case ":":
                phrase = ""  # that was the name of a group
            case '"' if len(token) > 1:
                phrase += _PAIR.sub(r"\1", token[1:-1])
            case "(" if len(token) > 1:
                comment = comment or _PAIR.sub(r"\1", token[1:-1])
            case _:
                phrase += token
    return comment


def _shown(name: str) -> str:
    kept = "".join(" " if _is_unfit(character) else character for character in name)
    return " ".join(_DOMAIN.sub("", kept).split())[:_MOST_CHARACTERS].rstrip()


def _is_unfit(character: str) -> bool:
    return character in _TURNS or unicodedata.category(character) in _NO_TEXT
