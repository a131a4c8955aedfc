"""Stores what a file says of members. One audit entry and one change for some hundreds of them."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sqlalchemy import RowMapping, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db import audit_log
from mailcore.db.changes import append_change
from mailcore.db.database import Database
from mailcore.db.directory_rows import StoredDirectory
from mailcore.db.list_cache import MEMBER
from mailcore.db.list_kinds import MemberKind, form_among, new_member, taken_back
from mailcore.db.list_readers import Numbers, digest_columns, numbers_of
from mailcore.db.member_csv import BadLine, Import, Line, read
from mailcore.db.references import read_smtp_settings
from mailcore.db.tables import list_member
from mailcore.directory.list_member import ListMemberFields, member_key
from mailcore.directory.mailing_list import MailingList

_AT_ONCE = 250
_UPDATE = update(list_member).where(list_member.c.id == bindparam("of")).values(version=list_member.c.version + 1)


class MemberImport:
    """Imports members of lists."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self, owner: MailingList, text: str, author: str) -> Import:
        """Store what the lines of a file say. Raises Invalid for a file without columns, NotFound, DatabaseAway."""
        result = Import()
        lines = read(text)
        while some := tuple(islice(lines, _AT_ONCE)):
            result.bad += [line for line in some if isinstance(line, BadLine)]
            right = [line for line in some if isinstance(line, Line)]
            # What is counted counts once it is stored.
            part = Import()
            if right:
                async with self._database.transaction() as connection:
                    await _store(connection, owner, right, part, author)
            else:
                await asyncio.sleep(0)  # Others have their turn, however many lines are wrong.
            result.added += part.added
            result.changed += part.changed
            result.unchanged += part.unchanged
            result.bad += part.bad
        return result


async def _store(
    connection: AsyncConnection, owner: MailingList, lines: Sequence[Line], result: Import, author: str
) -> None:
    await MemberKind(owner).begin(connection)
    directory, settings = StoredDirectory(connection), await read_smtp_settings(connection)
    forms: dict[str, Line] = {}
    for line in lines:
        try:
            forms[await form_among(directory, settings, owner, line.member.address)] = line
        except ValueError as error:
            result.bad.append(BadLine(line=line.number, column="address", msg=str(error)))
    keys = [member_key(form) for form in forms]
    query = select(list_member).where(list_member.c.list_id == owner.id, list_member.c.key.in_(keys)).with_for_update()
    stored = {row["key"]: row for row in (await connection.execute(query)).mappings()}
    now, numbers = datetime.now(UTC), await numbers_of(connection, owner.id)
    changed = [
        {"of": row["id"], "updated_at": now, **values}
        for line in forms.values()
        if (row := stored.get(line.key)) is not None and (values := _differing(line, row, numbers))
    ]
    fresh = [
        {
            **_fields(line.member),
            **new_member(owner.id, form, numbers.last),
            "version": 1,
            "created_at": now,
            "updated_at": now,
        }
        for form, line in forms.items()
        if line.key not in stored
    ]
    for values in changed:
        await connection.execute(_UPDATE.values(**{name: bindparam(name) for name in values if name != "of"}), values)
    if fresh:
        await connection.execute(_insertion(connection), fresh)
    result.added, result.changed = len(fresh), len(changed)
    result.unchanged = len(forms) - len(fresh) - len(changed)
    if fresh or changed:
        told = {"imported": [one["address"] for one in fresh], "changed": len(changed)}
        await audit_log.record(
            connection, author=author, action="update", entity=MEMBER, key=owner.address, before=None, after=told
        )
        await append_change(connection, MEMBER, owner.address)


def _fields(member: ListMemberFields) -> dict[str, Any]:
    return {name: getattr(member, name) for name in ListMemberFields.model_fields}


def _differing(line: Line, row: RowMapping, numbers: Numbers) -> dict[str, Any]:
    given = {name: getattr(line.member, name) for name in line.given if name != "address"}
    changed = {name: value for name, value in given.items() if value != row[name]}
    if changed.get("delivery", "off") != "off":
        changed |= taken_back(suspended=row["suspended"])
    if "delivery" in changed:
        changed |= digest_columns(row, changed["delivery"], numbers)
    return changed


def _insertion(connection: AsyncConnection) -> Any:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    # Another import may add the same one at the same time.
    return dialect.insert(list_member).on_conflict_do_nothing(index_elements=["list_id", "key"])
