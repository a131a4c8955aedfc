"""What all tables are declared with."""

from sqlalchemy import Column, Integer, MetaData, Table
from sqlalchemy.schema import SchemaItem

from mailcore.db.column_types import Instant, Number

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "uq": "%(table_name)s_%(column_0_name)s_key",
        "fk": "%(table_name)s_%(column_0_name)s_fk",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "ix": "%(table_name)s_%(column_0_name)s_index",
    }
)


def entity(name: str, *columns: SchemaItem) -> Table:
    """Give the table of one kind of thing that an operator writes. `version` counts its changes and makes the ETag."""
    return Table(
        name,
        metadata,
        Column("id", Number, primary_key=True, autoincrement=True),
        *columns,
        Column("version", Integer, nullable=False),
        Column("created_at", Instant, nullable=False),
        Column("updated_at", Instant, nullable=False),
        sqlite_autoincrement=True,
    )
