"""A subject and a text with placeholders, and how values are put in their place.

Values are never read for placeholders again, whoever wrote them; in a subject, and wherever only one line is meant,
they are one line.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from maildecide.message.made_here import one_line

TEXT = "text"
"""The placeholder whose value may have several lines."""
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_NOT_IN_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_LINE_END = re.compile(r"\r\n|[\r\n\v\f\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Template:
    """What a message says, before or after values are in it."""

    subject: str
    body: str


def filled(template: Template, values: Mapping[str, str]) -> Template:
    """Put values in; what stands for nothing stays as it is.

    A line of the body of nothing but placeholders whose values are empty is left out, and the empty line below it too
    where nothing else stands between it and the one above, or the beginning.
    """
    single = {name: one_line(value) for name, value in values.items()}
    lines = single if TEXT not in values else single | {TEXT: _several_lines(values[TEXT])}
    return Template(one_line(_put_in(template.subject, single)), "\n".join(_lines(template.body, lines)))


def _lines(body: str, values: Mapping[str, str]) -> list[str]:
    kept: list[str] = []
    is_left_out = False
    for line in _LINE_END.split(body):
        written = _put_in(line, values)
        if line.strip() and not written.strip():
            is_left_out = True
        elif line or not is_left_out or kept[-1:] not in ([""], []):
            kept.append(written)
            is_left_out = False
    return kept


def _put_in(text: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def _several_lines(text: str) -> str:
    return "\n".join(_NOT_IN_TEXT.sub(" ", line).rstrip() for line in _LINE_END.split(text)).strip("\n")
