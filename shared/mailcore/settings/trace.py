"""How traces are kept."""

from typing import Annotated

from pydantic import Field

from mailcore.settings.group import SettingsGroup


class TraceSettings(SettingsGroup):
    """How long the story of each message is kept."""

    retention_days: Annotated[int, Field(ge=1, le=3650)] = 30
    """How many days traces are kept. Older ones are removed within an hour."""
