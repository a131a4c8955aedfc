"""Every setting that may change while the pipeline runs. A field with its docstring is the whole declaration.

Database, REST schema, OpenAPI, documentation and console follow from it. What needs a restart is in
`mailcore/environment.py` instead. Groups are nested frozen models; `GET /api/v1/settings/<group>` shows one.
"""

from mailcore.settings.delivery import DeliverySettings
from mailcore.settings.group import SettingsGroup
from mailcore.settings.maintenance import MaintenanceSettings
from mailcore.settings.smtp import SmtpSettings
from mailcore.settings.trace import TraceSettings
from mailcore.settings.trash import TrashSettings

__all__ = [
    "DeliverySettings",
    "MaintenanceSettings",
    "RuntimeSettings",
    "SettingsGroup",
    "SmtpSettings",
    "TraceSettings",
    "TrashSettings",
]


class RuntimeSettings(SettingsGroup):
    """Everything an operator may change while the pipeline runs."""

    smtp: SmtpSettings = SmtpSettings()
    """How SMTP sessions are judged."""

    delivery: DeliverySettings = DeliverySettings()
    """How mail gets to other servers, and what its senders are told when it does not."""

    maintenance: MaintenanceSettings = MaintenanceSettings()
    """Which services rest."""

    trace: TraceSettings = TraceSettings()
    """How traces are kept."""

    trash: TrashSettings = TrashSettings()
    """How the server's trash is kept."""
