"""Members of a list as CSV (RFC 4180), thousands at once: what each line says, and what is wrong with which.

Lines are stored some hundreds at a time, each time in a transaction of its own that may be repeated harmlessly.

A record is one line, since no field has line ends: a quotation mark that is not closed spoils its own line alone.
What a spreadsheet would take for a formula has an apostrophe before it, which is taken away when the file is read.
"""

import csv
import io
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from mailcore.db.entity_store import EntityStore
from mailcore.directory.list_member import ListMember, ListMemberFields, member_key
from mailcore.directory.stored import Entity
from mailcore.errors import Invalid, Problem

COLUMNS = tuple(ListMemberFields.model_fields)
"""What a file may say of a member, in the order in which it is exported."""
_TRUTHS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
_FLAGS = frozenset({"can_post", "trusted"})
_PAGE = 500
_MOST_FIELD = 2000
MOST_LINES = 200_000
"""Lines of one file."""
_FORMULA = re.compile(r"'*[=+@-]")
"""How a field begins that a spreadsheet may compute, or that was kept from it."""


class BadLine(Entity):
    """A line that was passed over."""

    line: int
    """Its number, the header line being 1."""
    column: str | None
    """Where it is wrong; null: as a whole."""
    msg: str
    """What is wrong."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is right as such."""

    number: int
    member: ListMemberFields
    given: tuple[str, ...]
    """What the file says of the member; the rest has its default, or stays as it is."""

    @property
    def key(self) -> str:
        """What the member is compared by."""
        return member_key(self.member.address)


@dataclass(slots=True)
class Import:
    """What became of the lines of a file."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    bad: list[BadLine] = field(default_factory=list)

    @property
    def errors(self) -> tuple[BadLine, ...]:
        """The lines that were passed over, in their order."""
        return tuple(sorted(self.bad, key=lambda one: one.line))


def read(text: str) -> Iterator[Line | BadLine]:
    """Read a file, line by line. Raises Invalid when its first line does not name the columns."""
    lines = enumerate(io.StringIO(text, newline=None), 1)
    try:
        columns = tuple(name.strip().lower() for name in _fields(next(lines)[1]))
    except (StopIteration, csv.Error) as error:
        raise Invalid(Problem(("body",), "the first line must name the columns")) from error
    unknown = [name for name in columns if name not in COLUMNS]
    if "address" not in columns or unknown or len(set(columns)) < len(columns):
        raise Invalid(Problem(("body",), f"the first line names columns, each once: {', '.join(COLUMNS)}"))
    seen: dict[str, int] = {}
    for number, line in lines:
        if number > MOST_LINES:
            yield BadLine(line=number, column=None, msg=f"nothing was read from here on: at most {MOST_LINES} lines")
            return
        try:
            row = _fields(line)
        except csv.Error as error:
            yield BadLine(line=number, column=None, msg=f"the quotation marks do not fit: {error}")
            continue
        # Programs write lines of nothing but commas where there were rows.
        if any(value.strip() for value in row):
            yield _line(number, columns, row, seen)


def _fields(line: str) -> list[str]:
    return next(csv.reader((line,), strict=True))


def _line(number: int, columns: Sequence[str], row: Sequence[str], seen: dict[str, int]) -> Line | BadLine:
    if len(row) != len(columns):
        return BadLine(line=number, column=None, msg=f"there are {len(row)} fields, and {len(columns)} columns")
    if any(len(value) > _MOST_FIELD for value in row):
        return BadLine(line=number, column=None, msg=f"a field is longer than {_MOST_FIELD} characters")
    given = {name: _as_meant(value.strip()) for name, value in zip(columns, row, strict=True) if value.strip()}
    values: dict[str, Any] = dict(given)
    for name in _FLAGS & values.keys():
        if values[name].lower() not in _TRUTHS:
            return BadLine(line=number, column=name, msg="this is neither true nor false")
        values[name] = _TRUTHS[values[name].lower()]
    try:
        line = Line(number, ListMemberFields.model_validate(values), tuple(given))
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        column = str(problem["loc"][0]) if problem["loc"] else None
        return BadLine(line=number, column=column, msg=problem["msg"].removeprefix("Value error, "))
    if line.key in seen:
        return BadLine(line=number, column="address", msg=f"line {seen[line.key]} is about the same address")
    seen[line.key] = number
    return line


async def exported(members: EntityStore[ListMemberFields, ListMember]) -> AsyncIterator[str]:
    """Give the members of a list as a file, page by page. Raises DatabaseAway."""
    yield _written([COLUMNS])
    cursor: str | None = None
    while True:
        page = await members.list(cursor, _PAGE)
        yield _written([_row(one.model_dump(mode="json")) for one in page.items])
        cursor = page.next
        if cursor is None:
            return


def _row(values: Mapping[str, Any]) -> list[str]:
    return [str(values[name]).lower() if name in _FLAGS else _inert(str(values[name])) for name in COLUMNS]


def _inert(text: str) -> str:
    """Give a field as no spreadsheet computes it: members choose their names."""
    return f"'{text}" if _FORMULA.match(text) else text


def _as_meant(text: str) -> str:
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def _written(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()
