"""What `%n`, `%d`, `%a` and `%o` stand for in a list's subject tag and texts."""

import re

from mailcore.directory.mailing_list import MailingList

_PLACE = re.compile(r"%(?:(?P<letter>[%nao])|(?P<zero>0?)(?P<width>[1-9]?)d)")

_NOT_WITHIN = r"(?:(?<!\w)|(?!\w))"


def expanded(text: str, mailing_list: MailingList, number: int) -> str:
    """Give the text with what its placeholders stand for; other uses of `%` stay as they are."""

    def of(place: re.Match[str]) -> str:
        letter = place["letter"]
        if letter is None:
            digits = str(number)
            return digits.rjust(int(place["width"] or 0), "0" if place["zero"] else " ")
        known = {"%": "%", "n": mailing_list.title, "a": mailing_list.address, "o": mailing_list.owner}
        return known[letter]

    return _PLACE.sub(of, text)


def pattern_of(tag: str, mailing_list: MailingList) -> re.Pattern[str]:
    """Give what the tag looks like with any number, under the list's name as well as the one that is displayed.

    What ends within a word is none: of a list that is `%n` before the subject, `birdsong` does not begin with `birds`.
    """
    parts: list[str] = []
    at = 0
    for place in _PLACE.finditer(tag):
        parts.append(re.escape(tag[at : place.start()]))
        if place["letter"] is None:
            parts.append(r"\s*\d+")
        elif place["letter"] == "n":
            names = dict.fromkeys((mailing_list.title, mailing_list.name))
            parts.append(f"(?:{'|'.join(map(re.escape, names))})")
        else:
            parts.append(re.escape(expanded(place[0], mailing_list, 0)))
        at = place.end()
    return re.compile("".join((*parts, re.escape(tag[at:]), _NOT_WITHIN)), re.IGNORECASE)
