"""Regular expressions that cannot be made to hang: RE2, which takes time in proportion to the text, whatever it is.

Look-around and back references are what it pays with. Compiled when a rule is validated and when rules are loaded.
"""

import re
from dataclasses import dataclass

import re2

MOST_CHARACTERS = 1000
"""Longest expression."""
_MOST_MEMORY = 1 << 20
"""Octets that one compiled expression may take, its cache included; what needs more is refused."""
MOST_TEXT = 16 * 1024
"""Octets of a text that are looked at: time also grows with the expression, and a text may come from anybody."""
_SPECIAL = re.compile(r"\\Q.*?(?:\\E|$)|\\.|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]|[()]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression."""

    text: str
    compiled: "re2._Regexp"

    def is_found_in(self, text: str) -> bool:
        """Whether it matches anywhere in the first 16 KiB of `text`."""
        return self.compiled.search(text.encode("utf-8", "replace")[:MOST_TEXT]) is not None


def compile_expression(text: str, *, case_sensitive: bool = False) -> Expression:
    """Compile an expression. Raises ValueError, saying at which character the mistake is and what it is."""
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"a regular expression has at most {MOST_CHARACTERS} characters")
    options = _options(case_sensitive=case_sensitive)
    try:
        return Expression(text, re2.compile(text.encode("utf-8"), options))
    except UnicodeEncodeError as error:
        raise ValueError(f"at character {error.start + 1}: a lone surrogate is no character") from None
    except re2.error as error:
        what, fragment = _told(error)
        place = _place(text, what, fragment, options)
        where = "" if place is None else f"at character {place + 1}: "
        raise ValueError(f"{where}{what}{f' `{fragment}`' if fragment not in ('', text) else ''}") from None


def wildcard_expression(pattern: str, *, case_sensitive: bool = False) -> Expression:
    """Compile a pattern in which `*` is any text and `?` any character, to be matched with the whole text."""
    parts = ((".*" if one == "*" else "." if one == "?" else re2.escape(one)) for one in pattern)
    return compile_whole(f"(?s)\\A{''.join(parts)}\\z", case_sensitive=case_sensitive)


def compile_whole(text: str, *, case_sensitive: bool) -> Expression:
    """Compile an expression that was made here, of any length."""
    return Expression(text, re2.compile(text.encode("utf-8"), _options(case_sensitive=case_sensitive)))


def _options(*, case_sensitive: bool) -> "re2.Options":
    options = re2.Options()
    options.log_errors = False
    options.never_capture = True
    options.max_mem = _MOST_MEMORY
    options.case_sensitive = case_sensitive
    return options


def _told(error: "re2.error") -> tuple[str, str]:
    """Give what is wrong and the part of the expression that RE2 shows with it; empty for the whole of it."""
    message = error.args[0]
    text = message.decode("utf-8", "replace") if isinstance(message, bytes) else str(message)
    what, _, fragment = text.partition(": ")
    return what, fragment


def _place(text: str, what: str, fragment: str, options: "re2.Options") -> int | None:
    """Give the place of the mistake in `text`; None when it is in no place of its own."""
    if what == "missing )":
        return _never_closed(text)
    if not fragment:
        return len(text) - 1 if what.startswith("trailing") else None
    # The beginning that is wrong in the same way ends with the mistake.
    for end in range(1, len(text) + 1):
        try:
            re2.compile(text[:end].encode("utf-8"), options)
        except re2.error as error:
            same, shown = _told(error)
            if same == what == "unexpected )":
                return end - 1
            if (same, shown) == (what, fragment):
                return end - len(fragment)
    return None


def _never_closed(text: str) -> int | None:
    """Give the place of the innermost parenthesis that is opened and not closed."""
    opened: list[int] = []
    for special in _SPECIAL.finditer(text):
        if special[0] == "(":
            opened.append(special.start())
        elif special[0] == ")" and opened:
            opened.pop()
    return opened[-1] if opened else None
