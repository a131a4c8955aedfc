"""How the server's trash is kept."""

from typing import Annotated

from pydantic import Field

from mailcore.settings.group import SettingsGroup


class TrashSettings(SettingsGroup):
    """The server's own trash. Users' trash folders are theirs to empty."""

    retention_days: Annotated[int, Field(ge=1, le=3650)] = 30
    """How many days a message lies in the server's trash before it is removed for good."""
