"""What every stored entity has beside its own fields."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict


class Entity(BaseModel):
    """A frozen value with documented fields and no unknown ones."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Stored(Entity):
    """What the database adds to an entity."""

    id: int
    """Number of the row; never used again."""
    created_at: datetime
    """When it was made."""
    updated_at: datetime
    """When it was last changed."""


class Placed(Stored):
    """What is stored in an order that matters."""

    position: int
    """Its place in the list, from 1."""
